import { authorize } from "#lib/access/policy.ts";
import type { Actor } from "#lib/access/types.ts";
import { sql } from "#lib/platform/db/sql.ts";
import { notFound } from "#lib/platform/errors.ts";
import { decodeLines } from "../log/encode.ts";
import type { LogLine } from "../types.ts";

/** Most lines of one answer. */
const MAX_LINES = 2_000;

interface Chunk {
  firstSeq: number;
  count: number;
  body: string;
}

/**
 * Lines `from` … `to` of an attempt, both included. Reads only the chunks that hold them: the one that begins at or before
 * `from`, and those that begin within the range.
 */
export async function readLines(attemptId: number, from: number, to: number): Promise<LogLine[]> {
  const first = Math.max(1, from);
  const last = Math.min(to, first + MAX_LINES - 1);
  const chunks = await sql.rows<Chunk>(
    `SELECT firstSeq, count, body FROM LogChunk
     WHERE attemptId = ? AND firstSeq <= ? AND firstSeq >= COALESCE(
       (SELECT MAX(firstSeq) FROM LogChunk WHERE attemptId = ? AND firstSeq <= ?), 0)
     ORDER BY firstSeq`,
    [attemptId, last, attemptId, first],
  );
  return chunks.flatMap((chunk) => decodeLines(chunk.body, chunk.firstSeq, first, last));
}

/** A range of an attempt's log, at most MAX_LINES of it. */
export async function readLog(
  actor: Actor,
  range: { attemptId: number; from: number; to: number },
): Promise<{ lines: LogLine[] }> {
  authorize(actor, "runs.readLog");
  return { lines: await readLines(range.attemptId, range.from, range.to) };
}

interface LogSource {
  attemptId: number;
  number: number;
  stepKey: string;
  stepTitle: string;
  lines: number;
}

/** A run's log, a step's, or that of one attempt. */
export type LogScope = { runId: number } | { stepId: number } | { attemptId: number };

function whichAttempts(of: LogScope): { column: string; id: number } {
  if ("runId" in of) return { column: "s.runId", id: of.runId };
  return "stepId" in of ? { column: "s.id", id: of.stepId } : { column: "a.id", id: of.attemptId };
}

/** The attempts whose logs make up this log, in reading order. */
async function listLogSources(of: LogScope): Promise<LogSource[]> {
  const { column, id } = whichAttempts(of);
  return sql.rows<LogSource>(
    `SELECT a.id AS attemptId, a.number, s.\`key\` AS stepKey, s.title AS stepTitle, a.\`lines\`
     FROM Attempt a JOIN Step s ON s.id = a.stepId WHERE ${column} = ? ORDER BY s.position, a.number`,
    [id],
  );
}

async function* readText(sources: readonly LogSource[], withTitles: boolean): AsyncIterable<string> {
  for (const source of sources) {
    if (withTitles) yield `── ${source.stepTitle} (${source.stepKey}), try ${source.number}\n`;
    for (let from = 1; from <= source.lines; from += MAX_LINES) {
      const lines = await readLines(source.attemptId, from, from + MAX_LINES - 1);
      yield lines.map((line) => `${new Date(line.at).toISOString()} ${line.text}\n`).join("");
    }
  }
}

/** A log as text, in pieces, for a download; never more than one answer's lines in memory. */
export async function downloadLog(actor: Actor, of: LogScope): Promise<AsyncIterable<string>> {
  authorize(actor, "runs.readLog");
  const sources = await listLogSources(of);
  if (sources.length === 0) throw notFound("log");
  return readText(sources, !("attemptId" in of));
}
