import type { Tx } from "#lib/platform/db/client.ts";
import { sqlOf } from "#lib/platform/db/sql.ts";
import { isDuplicate } from "#lib/platform/db/transaction.ts";
import { addOutboxRow } from "../outbox.ts";
import { unblockAfter } from "../store/unblock.ts";
import type { RunHook } from "../types.ts";
import { refuseBusy } from "./create-run.ts";
import type { LockedRun } from "./lock-run.ts";

/**
 * What follows when a person's step is over, by their word or waived: what waited for it goes on. The caller holds the run and has
 * written the step; after the commit it settles the run and rings.
 */
export async function goOnAfter(tx: Tx, run: LockedRun, stepId: number, hooks: readonly RunHook[]): Promise<void> {
  const { rings } = await unblockAfter(sqlOf(tx), [stepId]);
  const goesOn = rings.length > 0;
  // Rung after the commit; marked as not yet rung, so that the relay does if this process dies first.
  if (goesOn) await sqlOf(tx).run("UPDATE Step SET rungAt = NULL WHERE id IN (?)", [rings.map((ring) => ring.stepId)]);
  try {
    await tx.run.update({
      where: { id: run.id },
      data: {
        stepsDone: { increment: 1 },
        version: { increment: 1 },
        // One that had failed let go of what it held; it must hold it again before anything of it runs.
        ...(goesOn ? { state: "running", finishedAt: null, exclusiveKey: run.exclusiveName } : {}),
      },
    });
  } catch (error) {
    if (isDuplicate(error) && run.exclusiveName) throw await refuseBusy(tx, run.exclusiveName);
    throw error;
  }
  if (run.state === "failed" && goesOn) for (const hook of hooks) await hook(tx, { ...run, state: "running" });
  await addOutboxRow(tx, run.id);
}

/** A live service's ticks are looked at soon: what one of them rests on has changed. */
export async function lookAtTicksSoon(tx: Tx, { serviceId }: Pick<LockedRun, "serviceId">): Promise<void> {
  if (!serviceId) return;
  await sqlOf(tx).run("UPDATE Service SET ticksDueAt = UTC_TIMESTAMP(3) WHERE id = ? AND ticksDueAt IS NOT NULL", [
    serviceId,
  ]);
}
