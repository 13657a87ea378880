import type { Tx } from "#lib/platform/db/client.ts";
import { ACTIVE_STATES } from "#lib/runs/types.ts";
import { CHECKLIST_KEY, NOT_TAKEN } from "../constants.ts";

interface AboutService {
  id: string;
  name: string;
  state: string;
}

/** Its newest run of this kind, whatever became of it. */
export const findLastRun = (tx: Tx, serviceId: string) =>
  tx.run.findFirst({
    where: { serviceId, mode: "apply", checklistKey: CHECKLIST_KEY },
    orderBy: { id: "desc" },
    select: { id: true, state: true, createdAt: true },
  });

/** Why a service's end cannot begin now, in a sentence or two; null: it can. */
export async function findHindrance(tx: Tx, { id: serviceId, name, state }: AboutService): Promise<string | null> {
  const last = await findLastRun(tx, serviceId);
  if (last?.state === "failed")
    return `Run ${last.id} has begun it and failed. Let that run go on: what is gone stays gone.`;
  const active = await tx.run.findFirst({
    where: { serviceId, mode: { in: ["apply", "undo"] }, state: { in: [...ACTIVE_STATES] } },
    orderBy: { id: "asc" },
    select: { id: true, title: true, state: true },
  });
  if (active?.state === "waiting")
    return `Run ${active.id} (${active.title}) waits for a person. See to what it waits for, or cancel it.`;
  if (active)
    return `Run ${active.id} (${active.title}) is still at work here. Wait until it has finished, or cancel it.`;
  const aside = await tx.resource.findFirst({
    where: { serviceId, state: { not: "gone" }, stepName: "backups.swap", kind: "backup.restored-folder" },
    select: { name: true },
  });
  if (aside)
    return `What a restore had replaced is still kept in ${aside.name}. Go back to it or remove it under Backups first.`;
  if (state !== "retired") return null;
  const left = await tx.resource.count({
    where: { serviceId, state: { not: "gone" }, kind: { notIn: [...NOT_TAKEN] } },
  });
  return left > 0 ? null : `Nothing of ${name} is left to take away.`;
}
