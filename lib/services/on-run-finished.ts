import { KINDS } from "#lib/backups/constants.ts";
import { KINDS as ACCOUNTS } from "#lib/databases/constants.ts";
import type { Tx } from "#lib/platform/db/client.ts";
import type { RunMode, RunState } from "#lib/runs/types.ts";
import { retireService } from "./commands/retire-service.ts";
import { BY_PROVISIONING, type ServiceState } from "./constants.ts";

/** What the engine tells about a run whose state has changed. */
export interface ChangedRun {
  id: number;
  mode: RunMode;
  state: RunState;
  checklistKey: string;
  serviceId: string | null;
  undoesRunId: number | null;
}

/**
 * Keeps a service's state in step with its provisioning. Called by the engine in the transaction that changes the run, so
 * that no page ever sees a finished run beside a service that is still being provisioned. Safe to call twice.
 */
export async function onRunFinished(tx: Tx, run: ChangedRun): Promise<void> {
  if (run.serviceId === null) return;
  const id = run.serviceId;
  if (run.mode === "apply" && run.checklistKey === "provision") {
    const from = { id, state: { in: [...BY_PROVISIONING] } };
    if (run.state === "succeeded")
      await tx.service.updateMany({
        where: from,
        data: { state: "live", liveAt: new Date(), version: { increment: 1 } },
      });
    else if (run.state === "failed" || run.state === "cancelled")
      await tx.service.updateMany({ where: from, data: { state: "failed", version: { increment: 1 } } });
    else await tx.service.updateMany({ where: { id, state: "failed" }, data: { state: "provisioning" } });
    return;
  }
  if (run.mode !== "undo" || run.undoesRunId === null) return;
  const undone = await tx.run.findUnique({ where: { id: run.undoesRunId }, select: { checklistKey: true } });
  if (undone?.checklistKey === "provision") await followUndo(tx, id, run.state);
}

/** Undoing the provisioning leaves nothing of the service outside: its names are free again, its history stays. */
async function followUndo(tx: Tx, id: string, state: RunState): Promise<void> {
  const become = (next: ServiceState) =>
    tx.service.updateMany({
      where: { id, state: { not: "retired" } },
      data: { state: next, version: { increment: 1 } },
    });
  if (state === "failed" || state === "cancelled") return void (await become("failed"));
  if (state !== "succeeded") return void (await become("decommissioning"));
  // Something an earlier run made may still be there: then the service is not gone. Its restore points may outlive it; accounts went with their database.
  const left = await tx.resource.count({
    where: { serviceId: id, state: { not: "gone" }, kind: { notIn: [KINDS.point, ACCOUNTS.account] } },
  });
  if (left > 0) return void (await become("failed"));
  await retireService(tx, id);
}
