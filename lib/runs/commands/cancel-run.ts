import type { Actor } from "#lib/access/types.ts";
import { recordAudit } from "#lib/audit/record.ts";
import { transaction } from "#lib/platform/db/transaction.ts";
import { conflict, notFound } from "#lib/platform/errors.ts";
import { assertMayEverHandle, assertMayHandle } from "../own-run.ts";
import { settleRuns } from "../store/settle.ts";
import type { RunHook } from "../types.ts";
import { wakeWatchers } from "../wake.ts";
import { lockRun } from "./lock-run.ts";

/**
 * Cancels a run: what has not begun will not, what runs is told to stop before its next outside call. What was made stays until
 * somebody undoes the run. Cancelling twice is cancelling once. `because`: why, where no person does it.
 */
export async function cancelRun(
  actor: Actor,
  runId: number,
  hooks: readonly RunHook[],
  because?: string,
): Promise<void> {
  assertMayEverHandle(actor, "cancel");
  await transaction(async (tx) => {
    const run = await lockRun(tx, runId);
    if (!run) throw notFound("run");
    await assertMayHandle(tx, actor, "cancel", run);
    if (run.cancelRequestedAt) return;
    if (run.state === "succeeded")
      throw conflict("runs.finished", "This run has already finished.", "Undo it instead.");
    await tx.run.update({
      where: { id: runId },
      data: {
        cancelRequestedAt: new Date(),
        cancelledById: actor.kind === "user" ? actor.id : null,
        state: "cancelling",
        version: { increment: 1 },
      },
    });
    const detail = because === undefined ? {} : { because };
    await recordAudit(tx, actor, { action: "runs.cancel", subjectType: "run", subjectId: runId, detail });
  });
  // Ends the run at once when nothing of it is running; otherwise the worker does, when the last step has stopped.
  await settleRuns([runId], { hooks, actor });
  wakeWatchers([runId]);
}
