import { authorize } from "#lib/access/policy.ts";
import type { Actor } from "#lib/access/types.ts";
import { sql } from "#lib/platform/db/sql.ts";
import { invalid } from "#lib/platform/errors.ts";
import { decodeLines } from "../log/encode.ts";
import type { LogLine } from "../types.ts";

export const MAX_HITS = 500;
const CHUNKS_AT_ONCE = 20;

export interface LogHit extends LogLine {
  attemptId: number;
}

interface Chunk {
  attemptId: number;
  firstSeq: number;
  body: string;
}

const escapeLike = (text: string) => text.replace(/[\\%_]/g, "\\$&");

/**
 * Finds a text, in any case, in all logs of a run. The database picks the chunks that may hold it, a few at a time, and the lines
 * are looked at here. `more`: there are further hits than were returned.
 */
export async function searchLog(
  actor: Actor,
  { runId, text }: { runId: number; text: string },
): Promise<{ hits: LogHit[]; more: boolean }> {
  authorize(actor, "runs.readLog");
  const wanted = text.toLowerCase();
  if (wanted.trim() === "" || wanted.length > 200) throw invalid({ q: "Give 1 to 200 characters to look for." });
  const hits: LogHit[] = [];
  let after = { attemptId: 0, firstSeq: 0 };
  for (;;) {
    const chunks = await sql.rows<Chunk>(
      `SELECT c.attemptId, c.firstSeq, c.body FROM LogChunk c JOIN Attempt a ON a.id = c.attemptId JOIN Step s ON s.id = a.stepId
       WHERE s.runId = ? AND (c.attemptId > ? OR (c.attemptId = ? AND c.firstSeq > ?))
         AND LOWER(c.body) LIKE ?
       ORDER BY c.attemptId, c.firstSeq LIMIT ?`,
      [runId, after.attemptId, after.attemptId, after.firstSeq, `%${escapeLike(wanted)}%`, CHUNKS_AT_ONCE],
    );
    for (const chunk of chunks) {
      for (const line of decodeLines(chunk.body, chunk.firstSeq)) {
        if (!line.text.toLowerCase().includes(wanted)) continue;
        if (hits.length === MAX_HITS) return { hits, more: true };
        hits.push({ attemptId: chunk.attemptId, ...line });
      }
    }
    const last = chunks.at(-1);
    if (!last || chunks.length < CHUNKS_AT_ONCE) return { hits, more: false };
    after = last;
  }
}
