import type { QueueName } from "#lib/platform/config/settings.ts";
import { sql, sqlTransaction } from "#lib/platform/db/sql.ts";
import type { ErrorRecord } from "#lib/platform/errors.ts";
import type { Ring } from "../bells.ts";
import { type CompletedBatch, completeSteps } from "./complete.ts";

const BATCH = 200;

const WORKER_LOST: ErrorRecord = {
  code: "worker.lost",
  class: "retry",
  message: "The worker that ran this step stopped answering.",
  advice: "Another worker goes on from what is already there.",
};

interface Expired {
  id: number;
  token: number;
  attemptId: number;
  queue: QueueName;
  runId: number;
  attempts: number;
  maxAttempts: number;
}

/** Takes steps back from workers whose lease ran out on the database's clock. */
export async function takeBackLost(): Promise<CompletedBatch & { taken: number; runIds: number[] }> {
  const expired = await sql.rows<Expired>(
    `SELECT s.id, s.leaseToken AS token, a.id AS attemptId, s.queue, s.runId, s.attempts, s.maxAttempts
     FROM Step s JOIN Attempt a ON a.stepId = s.id AND a.number = s.leaseToken
     WHERE s.state = 'running' AND s.leaseUntil < UTC_TIMESTAMP(3) ORDER BY s.id LIMIT ?`,
    [BATCH],
  );
  if (expired.length === 0) return { accepted: [], rings: [], maybeFinished: [], taken: 0, runIds: [] };
  // The worker may be renewing at this very moment: only what is still expired once its row is locked is taken.
  const batch = await completeSteps(
    expired.map(({ attempts, maxAttempts, ...step }) => ({
      ...step,
      onlyExpired: true,
      outcome:
        attempts < maxAttempts
          ? { kind: "lost", error: WORKER_LOST }
          : { kind: "failed", error: { ...WORKER_LOST, class: "permanent" } },
    })),
  );
  const taken = batch.accepted.filter(Boolean).length;
  return { ...batch, taken, runIds: expired.map((step) => step.runId) };
}

/** Ready steps that are due and that nobody came for although a bell was rung (or never was). Marks them as rung. */
export async function findUnclaimed(queue: QueueName, quietMs: number): Promise<Ring[]> {
  return sqlTransaction(async (tx) => {
    const rows = await tx.rows<{ id: number }>(
      `SELECT id FROM Step WHERE state = 'ready' AND queue = ? AND (dueAt IS NULL OR dueAt <= UTC_TIMESTAMP(3))
         AND (rungAt IS NULL OR rungAt < UTC_TIMESTAMP(3) - INTERVAL ? MICROSECOND)
       ORDER BY dueAt LIMIT ? FOR UPDATE SKIP LOCKED`,
      [queue, quietMs * 1000, BATCH],
    );
    if (rows.length > 0)
      await tx.run("UPDATE Step SET rungAt = UTC_TIMESTAMP(3) WHERE id IN (?)", [rows.map((row) => row.id)]);
    return rows.map((row) => ({ stepId: row.id, queue }));
  });
}

/** Runs that say they are at work, or wait for a person, although nothing of them is or does: somebody died before the end was written. */
export async function findStuckRuns(): Promise<number[]> {
  const rows = await sql.rows<{ id: number }>(
    `SELECT r.id FROM Run r
     WHERE r.state IN ('pending', 'running', 'cancelling', 'waiting')
       AND NOT EXISTS (
         SELECT 1 FROM Step s WHERE s.runId = r.id
           AND (s.state IN ('ready', 'running') OR (s.state = 'needs_person' AND r.state = 'waiting')))
     ORDER BY r.id LIMIT ?`,
    [BATCH],
  );
  return rows.map((row) => row.id);
}
