import { authorize } from "#lib/access/policy.ts";
import type { Actor } from "#lib/access/types.ts";
import { sql } from "#lib/platform/db/sql.ts";
import { notFound } from "#lib/platform/errors.ts";
import { getRun } from "./queries/get-run.ts";
import { readLines } from "./queries/read-log.ts";
import { isFinished } from "./run-state.ts";
import { runWakeups } from "./run-wakeups.ts";
import type { RunEvent, RunState } from "./types.ts";

/** With Redis, a look now and then in case a message got lost; without, this is how news arrives. */
const LOOK_MS = { connected: 5_000, alone: 1_000 };
/** At most this often, however much is written. */
const REST_MS = 40;
/** A newcomer gets the last lines of each attempt; earlier ones are read by range when scrolled to. */
const TAIL = 1_000;

/** The last line seen of each attempt. */
export type LogCursors = Map<number, number>;

/** "12.340,13.2" → attempt 12 up to line 340, attempt 13 up to line 2. Anything malformed is left out. */
export function parseCursors(text: string | null | undefined): LogCursors {
  const pairs = (text ?? "").split(",").map((part) => /^(\d{1,10})\.(\d{1,10})$/.exec(part.trim()));
  return new Map(pairs.filter((pair) => pair !== null).map((pair) => [Number(pair[1]), Number(pair[2])]));
}

export const formatCursors = (cursors: LogCursors): string =>
  [...cursors].map(([attemptId, seq]) => `${attemptId}.${seq}`).join(",");

interface Now {
  version: number;
  state: RunState;
  attempts: { id: number; lines: number }[];
}

async function look(runId: number): Promise<Now> {
  // The run first: lines written after its end are not possible, so an end seen here has all its lines in the next answer.
  const [run] = await sql.rows<{ version: number; state: RunState }>("SELECT version, state FROM Run WHERE id = ?", [
    runId,
  ]);
  if (!run) throw notFound("run");
  const attempts = await sql.rows<{ id: number; lines: number }>(
    "SELECT a.id, a.`lines` FROM Attempt a JOIN Step s ON s.id = a.stepId WHERE s.runId = ? AND a.`lines` > 0 ORDER BY a.id",
    [runId],
  );
  return { ...run, attempts };
}

async function* readNew(now: Now, cursors: LogCursors): AsyncIterable<RunEvent> {
  for (const attempt of now.attempts) {
    let seen = cursors.get(attempt.id) ?? Math.max(0, attempt.lines - TAIL);
    while (seen < attempt.lines) {
      const lines = await readLines(attempt.id, seen + 1, attempt.lines);
      const last = lines.at(-1);
      if (!last) break;
      seen = last.seq;
      cursors.set(attempt.id, seen);
      yield { type: "log", attemptId: attempt.id, lines };
    }
  }
}

export interface StreamOptions {
  /** Where a reader who was here before left off; changed as lines are handed out. */
  cursors?: LogCursors;
  /** The version of the run that this reader has already. */
  version?: number;
  signal?: AbortSignal;
}

/**
 * Everything that happens to a run: its state first, the end of its log, then what comes, each line once and in order. Ends
 * when the run has finished. Works on any web process; Redis only makes it quicker.
 */
export async function* streamRun(
  actor: Actor,
  runId: number,
  { cursors = new Map(), version: known = -1, signal }: StreamOptions = {},
): AsyncGenerator<RunEvent> {
  authorize(actor, "runs.read");
  authorize(actor, "runs.readLog");
  let wake = () => {};
  let woken = false;
  const stopListening = runWakeups().listen(runId, () => {
    woken = true;
    wake();
  });
  const pause = (ms: number) =>
    new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms);
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  const onAbort = () => wake();
  signal?.addEventListener("abort", onAbort);
  try {
    for (let version = known; !signal?.aborted; ) {
      woken = false;
      const began = performance.now();
      const now = await look(runId);
      if (now.version !== version) {
        version = now.version;
        yield { type: "run", run: await getRun(actor, runId) };
      }
      yield* readNew(now, cursors);
      if (isFinished(now.state)) {
        yield { type: "end" };
        return;
      }
      await new Promise((resolve) => setTimeout(resolve, Math.max(0, began + REST_MS - performance.now())));
      if (!woken && !signal?.aborted) await pause(runWakeups().connected ? LOOK_MS.connected : LOOK_MS.alone);
    }
  } finally {
    signal?.removeEventListener("abort", onAbort);
    stopListening();
  }
}
