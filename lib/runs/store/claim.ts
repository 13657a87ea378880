import { type Sql, sqlTransaction } from "#lib/platform/db/sql.ts";
import type { RunMode } from "../types.ts";

/** A step this worker holds, with all that running it needs. */
export interface ClaimedStep {
  id: number;
  token: number;
  attemptId: number;
  /** Tries used of the budget, this one included. */
  attempts: number;
  maxAttempts: number;
  key: string;
  name: string;
  title: string;
  queue: string;
  input: unknown;
  checkpoint: unknown;
  runId: number;
  runTitle: string;
  mode: RunMode;
  checklistKey: string;
  environment: string | null;
  undoesRunId: number | null;
  /** Somebody had asked to cancel the run before this step was claimed: it must not begin. */
  cancelled: number;
  requestedById: string | null;
  requesterName: string | null;
  requesterRoles: string | null;
  requesterDisabledAt: Date | null;
  serviceId: string | null;
  serviceName: string | null;
  /** Outputs of the steps it depends on, by key. */
  outputs: Map<string, unknown>;
}

export interface ClaimOptions {
  workerId: string;
  leaseMs: number;
}

const DETAILS = `
  SELECT s.id, s.leaseToken AS token, a.id AS attemptId, s.attempts, s.maxAttempts, s.\`key\`, s.name, s.title, s.queue,
         s.input, s.checkpoint, r.id AS runId, r.title AS runTitle, r.mode, r.checklistKey, r.environment, r.undoesRunId, r.requestedById,
         r.cancelRequestedAt IS NOT NULL AS cancelled,
         u.displayName AS requesterName, u.roles AS requesterRoles, u.disabledAt AS requesterDisabledAt,
         v.id AS serviceId, v.name AS serviceName
  FROM Step s
  JOIN Run r ON r.id = s.runId
  JOIN Attempt a ON a.stepId = s.id AND a.number = s.leaseToken
  LEFT JOIN User u ON u.id = r.requestedById
  LEFT JOIN Service v ON v.id = r.serviceId
  WHERE s.id IN (?)`;

async function readOutputs(sql: Sql, stepIds: number[]): Promise<Map<number, Map<string, unknown>>> {
  const rows = await sql.rows<{ toId: number; key: string; output: unknown }>(
    `SELECT e.toId, f.\`key\`, f.output FROM StepEdge e JOIN Step f ON f.id = e.fromId
     WHERE e.toId IN (?) AND f.output IS NOT NULL`,
    [stepIds],
  );
  const outputs = new Map<number, Map<string, unknown>>();
  for (const row of rows) {
    const mine = outputs.get(row.toId) ?? new Map<string, unknown>();
    outputs.set(row.toId, mine.set(row.key, row.output));
  }
  return outputs;
}

/**
 * Takes the ready and due ones of these steps, in one transaction: a lease, a fencing token one higher than any before, an
 * attempt. A step that is not ready, not due or just being claimed by another worker is left out.
 */
export async function claimSteps(
  stepIds: readonly number[],
  { workerId, leaseMs }: ClaimOptions,
): Promise<ClaimedStep[]> {
  return sqlTransaction(async (sql) => {
    const free = await sql.rows<{ id: number; runId: number }>(
      `SELECT id, runId FROM Step WHERE id IN (?) AND state = 'ready' AND (dueAt IS NULL OR dueAt <= UTC_TIMESTAMP(3))
       ORDER BY id FOR UPDATE SKIP LOCKED`,
      [stepIds],
    );
    if (free.length === 0) return [];
    const ids = free.map((row) => row.id);
    // All of it depends on the ids alone, so it goes out in one breath.
    const [, , details, outputs] = await Promise.all([
      sql.run(
        `UPDATE Step SET state = 'running', leaseToken = leaseToken + 1, attempts = attempts + 1, leaseOwner = ?,
           leaseUntil = UTC_TIMESTAMP(3) + INTERVAL ? MICROSECOND, startedAt = COALESCE(startedAt, UTC_TIMESTAMP(3)),
           finishedAt = NULL, progress = NULL, error = NULL, version = version + 1
         WHERE id IN (?)`,
        [workerId, leaseMs * 1000, ids],
      ),
      sql.run(
        `INSERT INTO Attempt (stepId, number, token, workerId, state, readyAt, startedAt)
         SELECT id, leaseToken, leaseToken, ?, 'running', COALESCE(readyAt, UTC_TIMESTAMP(3)), UTC_TIMESTAMP(3)
         FROM Step WHERE id IN (?)`,
        [workerId, ids],
      ),
      sql.rows<Omit<ClaimedStep, "outputs">>(DETAILS, [ids]),
      readOutputs(sql, ids),
      // The run comes last, so that its row is locked for the shortest time.
      sql.run(
        `UPDATE Run SET version = version + 1, startedAt = COALESCE(startedAt, UTC_TIMESTAMP(3)),
           state = IF(state IN ('pending', 'waiting'), 'running', state)
         WHERE id IN (?)`,
        [[...new Set(free.map((row) => row.runId))].sort((a, b) => a - b)],
      ),
    ]);
    return details.map((row) => ({ ...row, outputs: outputs.get(row.id) ?? new Map<string, unknown>() }));
  });
}
