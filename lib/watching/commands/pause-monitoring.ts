import { authorize } from "#lib/access/policy.ts";
import type { UserActor } from "#lib/access/types.ts";
import { recordAudit } from "#lib/audit/record.ts";
import type { Tx } from "#lib/platform/db/client.ts";
import { transaction } from "#lib/platform/db/transaction.ts";
import { conflict, notFound } from "#lib/platform/errors.ts";
import { closeMaintenance } from "../maintenance/close-window.ts";
import { openMaintenance } from "../maintenance/open-window.ts";
import type { PauseMonitoring } from "../schema.ts";

async function findPausable(tx: Tx, actor: UserActor, serviceName: string) {
  const service = await tx.service.findUnique({ where: { name: serviceName } });
  if (!service || service.state === "retired") throw notFound("service");
  authorize(actor, "monitors.pause", { ownerId: service.ownerId, serviceId: service.id });
  return service;
}

/** Keeps a service's monitors quiet for so many minutes. A worker pauses them within seconds, and resumes them at the end. */
export async function pauseMonitoring(
  actor: UserActor,
  serviceName: string,
  { minutes, reason }: PauseMonitoring,
): Promise<{ windowId: string }> {
  return transaction(async (tx) => {
    const service = await findPausable(tx, actor, serviceName);
    if ((await tx.monitor.count({ where: { serviceId: service.id, removedAt: null } })) === 0)
      throw conflict("monitors.none", "Nothing watches this service, so there is nothing to pause.");
    const windowId = await openMaintenance(tx, {
      ...{ serviceId: service.id, environment: null, runId: null, openedById: actor.id },
      ...{ reason, minutes },
    });
    await recordAudit(tx, actor, {
      action: "monitors.pause",
      subjectType: "service",
      subjectId: service.id,
      detail: { service: serviceName, window: windowId, minutes, reason },
    });
    return { windowId };
  });
}

/** Ends everything that keeps its monitors quiet, whoever began it. */
export async function resumeMonitoring(actor: UserActor, serviceName: string): Promise<{ windows: number }> {
  return transaction(async (tx) => {
    const service = await findPausable(tx, actor, serviceName);
    const open = await tx.maintenanceWindow.findMany({
      where: { serviceId: service.id, endedAt: null },
      select: { id: true, runId: true },
    });
    for (const { id } of open) await closeMaintenance(tx, { windowId: id });
    if (open.length > 0)
      await recordAudit(tx, actor, {
        action: "monitors.resume",
        subjectType: "service",
        subjectId: service.id,
        detail: { service: serviceName, windows: open },
      });
    return { windows: open.length };
  });
}
