import type { QueueName } from "#lib/platform/config/settings.ts";
import { type Sql, sqlTransaction } from "#lib/platform/db/sql.ts";
import type { ErrorRecord } from "#lib/platform/errors.ts";
import type { Ring } from "../bells.ts";
import type { Held } from "./lease.ts";
import { unblockAfter } from "./unblock.ts";

/** How an attempt ended. */
export type Outcome =
  | { kind: "succeeded"; output: unknown; changes?: unknown }
  | { kind: "failed"; error: ErrorRecord }
  | { kind: "needs_person"; error: ErrorRecord }
  | { kind: "retry"; error: ErrorRecord; delayMs: number }
  /** The worker stops: somebody else goes on at once, and the try does not count. */
  | { kind: "released"; error: ErrorRecord }
  /** The worker vanished: somebody else goes on at once, and the try counts. */
  | { kind: "lost"; error: ErrorRecord }
  | { kind: "cancelled" };

export interface Completion extends Held {
  attemptId: number;
  queue: QueueName;
  runId: number;
  outcome: Outcome;
  /** Set by the sweeper: nothing happens when the lease was renewed in the meantime. */
  onlyExpired?: boolean;
}

export interface CompletedBatch {
  /** False for those whose lease was lost: nothing was written. */
  accepted: boolean[];
  rings: Ring[];
  /** Runs in which this batch left nothing ready: they may have come to an end. */
  maybeFinished: number[];
}

const STEP_STATE = {
  succeeded: "succeeded",
  failed: "failed",
  needs_person: "needs_person",
  retry: "ready",
  released: "ready",
  lost: "ready",
  cancelled: "cancelled",
} as const satisfies Record<Outcome["kind"], string>;

const ATTEMPT_STATE = {
  succeeded: "succeeded",
  failed: "failed",
  needs_person: "failed",
  retry: "failed",
  released: "lost",
  lost: "lost",
  cancelled: "cancelled",
} as const satisfies Record<Outcome["kind"], string>;

const json = (value: unknown) => (value === undefined || value === null ? null : JSON.stringify(value));
const errorOf = (outcome: Outcome) => ("error" in outcome ? json(outcome.error) : null);

function writeSteps(sql: Sql, done: readonly Completion[]): Promise<void> {
  return sql.batch(
    `UPDATE Step SET state = ?, output = COALESCE(?, output), changes = COALESCE(?, changes), error = ?,
       dueAt = UTC_TIMESTAMP(3) + INTERVAL ? MICROSECOND, attempts = attempts - ?,
       readyAt = IF(state = 'ready', dueAt, readyAt), finishedAt = IF(state = 'ready', NULL, UTC_TIMESTAMP(3)),
       rungAt = UTC_TIMESTAMP(3), leaseOwner = NULL, leaseUntil = NULL, version = version + 1
     WHERE id = ?`,
    done.map(({ id, outcome }) => [
      STEP_STATE[outcome.kind],
      outcome.kind === "succeeded" ? json(outcome.output) : null,
      outcome.kind === "succeeded" ? json(outcome.changes) : null,
      errorOf(outcome),
      outcome.kind === "retry" ? Math.round(outcome.delayMs * 1000) : 0,
      outcome.kind === "released" ? 1 : 0,
      id,
    ]),
  );
}

function writeAttempts(sql: Sql, done: readonly Completion[]): Promise<void> {
  return sql.batch(
    "UPDATE Attempt SET state = ?, error = ?, finishedAt = UTC_TIMESTAMP(3) WHERE id = ?",
    done.map(({ attemptId, outcome }) => [ATTEMPT_STATE[outcome.kind], errorOf(outcome), attemptId]),
  );
}

/** Counts what was done on the runs; returns those somebody asked to cancel, which nothing may be rung for any more. */
async function writeRuns(sql: Sql, done: readonly Completion[]): Promise<Set<number>> {
  const byRun = Map.groupBy(done, (completion) => completion.runId);
  const runIds = [...byRun.keys()].sort((a, b) => a - b);
  await sql.batch(
    "UPDATE Run SET stepsDone = stepsDone + ?, version = version + 1 WHERE id = ?",
    runIds.map((id) => [byRun.get(id)?.filter(({ outcome }) => outcome.kind === "succeeded").length ?? 0, id]),
  );
  // Only now, with the runs' rows locked, is the answer one that stays true until the commit.
  const cancelled = await sql.rows<{ id: number }>(
    "SELECT id FROM Run WHERE id IN (?) AND cancelRequestedAt IS NOT NULL",
    [runIds],
  );
  return new Set(cancelled.map((row) => row.id));
}

/**
 * Ends many attempts in one transaction: the steps, their attempts, what they unblock and the runs' counters. An attempt whose
 * lease is no longer this worker's changes nothing.
 */
export async function completeSteps(completions: readonly Completion[]): Promise<CompletedBatch> {
  return sqlTransaction(async (sql) => {
    const ordered = [...completions].sort((a, b) => a.id - b.id);
    const rows = await sql.rows<{ id: number; leaseToken: number; expired: number }>(
      `SELECT id, leaseToken, leaseUntil < UTC_TIMESTAMP(3) AS expired FROM Step
       WHERE id IN (?) AND state = 'running' ORDER BY id FOR UPDATE`,
      [ordered.map((completion) => completion.id)],
    );
    const locked = new Map(rows.map((row) => [row.id, row]));
    const isMine = ({ id, token, onlyExpired }: Completion) => {
      const row = locked.get(id);
      return row?.leaseToken === token && (!onlyExpired || row.expired === 1);
    };
    const done = ordered.filter(isMine);
    if (done.length === 0) return { accepted: completions.map(() => false), rings: [], maybeFinished: [] };
    const [, , unblocked] = await Promise.all([
      writeSteps(sql, done),
      writeAttempts(sql, done),
      unblockAfter(
        sql,
        done.filter(({ outcome }) => outcome.kind === "succeeded").map(({ id }) => id),
      ),
    ]);
    const again = done.flatMap(({ id, queue, runId, outcome }): (Ring & { runId: number })[] => {
      if (STEP_STATE[outcome.kind] !== "ready") return [];
      return [{ stepId: id, queue, runId, ...(outcome.kind === "retry" ? { delayMs: outcome.delayMs } : {}) }];
    });
    const cancelled = await writeRuns(sql, done);
    const rings = [...unblocked.rings, ...again].filter(({ runId }) => !cancelled.has(runId));
    const moving = new Set(rings.map(({ runId }) => runId));
    const quiet = done.filter(({ runId }) => !moving.has(runId));
    return {
      accepted: completions.map(isMine),
      rings,
      maybeFinished: [...new Set(quiet.map(({ runId }) => runId))],
    };
  });
}
