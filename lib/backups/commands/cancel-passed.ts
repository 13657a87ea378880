import type { Actor } from "#lib/access/types.ts";
import { BACKUP } from "#lib/checklists/backup.ts";
import type { Tx } from "#lib/platform/db/client.ts";
import { transaction } from "#lib/platform/db/transaction.ts";
import { toAppError } from "#lib/platform/errors.ts";
import { logger } from "#lib/platform/logger.ts";
import { cancelRun } from "#lib/runs/commands/cancel-run.ts";
import type { RunHook } from "#lib/runs/types.ts";
import { followWaitingRun } from "./follow-backup-run.ts";

const BECAUSE = "It waited for a person until the next scheduled backup of the same data began.";

/**
 * Scheduled backups of a policy that wait for a person and have given up their place. One that somebody has retried is theirs, and no
 * schedule's any more.
 */
export async function listPassed(tx: Tx, policyId: string): Promise<number[]> {
  const runs = await tx.run.findMany({
    where: {
      ...{ mode: "apply", state: "waiting", checklistKey: BACKUP.key, exclusiveKey: null, requestedById: null },
      startKey: { startsWith: `backup:${policyId}:` },
    },
    select: { id: true },
    orderBy: { id: "asc" },
  });
  return runs.map(({ id }) => id);
}

/** What they waited for the newest waits for too: a refusal each night must not leave a run each night. */
export async function cancelPassed(actor: Actor, runIds: readonly number[], hooks: readonly RunHook[]): Promise<void> {
  for (const runId of runIds) {
    try {
      // That it failed is told first: what is cancelled tells nobody.
      await transaction((tx) => followWaitingRun(tx, runId));
      await cancelRun(actor, runId, hooks, BECAUSE);
    } catch (error) {
      logger.warn({ runId, error: toAppError(error).message }, "waiting backup not cancelled");
    }
  }
}
