import type { Actor } from "#lib/access/types.ts";
import { recordAudit } from "#lib/audit/record.ts";
import type { Tx } from "#lib/platform/db/client.ts";
import { sql, sqlOf } from "#lib/platform/db/sql.ts";
import { transaction } from "#lib/platform/db/transaction.ts";
import { isFinished, judgeRun } from "../run-state.ts";
import type { RunHook, RunHookInfo, RunMode, RunState } from "../types.ts";

const ENGINE: Actor = { kind: "system", name: "engine", requestId: "engine" };

interface LockedRun extends RunHookInfo {
  mode: RunMode;
  state: RunState;
  cancelled: number | bigint;
}

/** Of these runs, those with nothing ready or running that are not yet told so. */
async function findQuiet(runIds: readonly number[]): Promise<number[]> {
  const rows = await sql.rows<{ id: number }>(
    `SELECT r.id FROM Run r WHERE r.id IN (?) AND r.state NOT IN ('succeeded', 'failed', 'cancelled')
     AND (r.cancelRequestedAt IS NOT NULL
          OR NOT EXISTS (SELECT 1 FROM Step s WHERE s.runId = r.id AND s.state IN ('ready', 'running')))`,
    [runIds],
  );
  return rows.map((row) => row.id);
}

/** Looks at all steps of one locked run and writes what they make of it. Returns what to tell the hooks, if it changed. */
async function settleRun(tx: Tx, run: LockedRun, actor: Actor): Promise<void> {
  const on = sqlOf(tx);
  if (run.cancelled) {
    await on.run(
      `UPDATE Step SET state = 'cancelled', finishedAt = UTC_TIMESTAMP(3), version = version + 1
       WHERE runId = ? AND state IN ('blocked', 'ready', 'needs_person')`,
      [run.id],
    );
  }
  const counts = { active: 0, needsPerson: 0, failed: 0, blocked: 0 };
  let done = 0;
  for (const row of await on.rows<{ state: string; many: bigint }>(
    "SELECT state, COUNT(*) AS many FROM Step WHERE runId = ? GROUP BY state",
    [run.id],
  )) {
    const many = Number(row.many);
    if (row.state === "ready" || row.state === "running") counts.active += many;
    if (row.state === "needs_person") counts.needsPerson += many;
    if (row.state === "failed") counts.failed += many;
    if (row.state === "blocked") counts.blocked += many;
    if (row.state === "succeeded" || row.state === "skipped") done += many;
  }
  const state = judgeRun(counts, Boolean(run.cancelled));
  if (state === run.state) return;
  await on.run(
    `UPDATE Run SET state = ?, stepsDone = ?, version = version + 1, finishedAt = IF(?, UTC_TIMESTAMP(3), NULL),
       exclusiveKey = IF(?, NULL, exclusiveKey)
     WHERE id = ?`,
    [state, done, isFinished(state), isFinished(state), run.id],
  );
  if (!isFinished(state)) return;
  await recordAudit(tx, actor, {
    action: `runs.${state}`,
    subjectType: "run",
    subjectId: run.id,
    detail: { mode: run.mode, stepsDone: done },
  });
}

/**
 * Ends the runs that have come to an end (or to a point where only a person can go on), with what follows from it, in one
 * transaction. Safe to call at any time for any run. Returns the runs that changed.
 */
export async function settleRuns(
  runIds: readonly number[],
  { hooks = [], actor = ENGINE }: { hooks?: readonly RunHook[]; actor?: Actor } = {},
): Promise<number[]> {
  if (runIds.length === 0) return [];
  const quiet = await findQuiet(runIds);
  if (quiet.length === 0) return [];
  return transaction(async (tx) => {
    const on = sqlOf(tx);
    const read = (lock: string) =>
      on.rows<LockedRun>(
        `SELECT id, mode, state, checklistKey, serviceId, draftId, undoesRunId, cancelRequestedAt IS NOT NULL AS cancelled
         FROM Run WHERE id IN (?) ORDER BY id ${lock}`,
        [quiet],
      );
    const before = (await read("FOR UPDATE")).filter((run) => !isFinished(run.state));
    for (const run of before) await settleRun(tx, run, actor);
    const was = new Map(before.map((run) => [run.id, run.state]));
    const changed = (await read("")).filter((run) => was.has(run.id) && was.get(run.id) !== run.state);
    for (const { cancelled: _, ...run } of changed) {
      if (isFinished(run.state)) for (const hook of hooks) await hook(tx, run);
    }
    return changed.map((run) => run.id);
  });
}
