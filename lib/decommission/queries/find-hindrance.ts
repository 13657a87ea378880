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

/** Why a service's end cannot begin now. */
interface Hindrance {
  /** In a sentence or two. */
  words: string;
  /** What it hangs on: a run, or what is kept under the service's backups. */
  runId: number | null;
  isInBackups: boolean;
}

const say = (words: string, on: Partial<Omit<Hindrance, "words">> = {}): Hindrance => ({
  ...{ words, runId: null, isInBackups: false },
  ...on,
});

/** null: it can begin. */
export async function findHindrance(tx: Tx, { id: serviceId, name, state }: AboutService): Promise<Hindrance | null> {
  const last = await findLastRun(tx, serviceId);
  if (last?.state === "failed")
    return say(`Run ${last.id} has begun it and failed. Let that run go on: what is gone stays gone.`, {
      runId: last.id,
    });
  const active = await tx.run.findFirst({
    where: { serviceId, mode: { in: ["apply", "undo"] }, state: { in: [...ACTIVE_STATES] } },
    orderBy: { id: "asc" },
    select: { id: true, title: true, state: true },
  });
  if (active) {
    const how =
      active.state === "waiting"
        ? "waits for a person. See to what it waits for, or cancel it."
        : "is still at work here. Wait until it has finished, or cancel it.";
    return say(`Run ${active.id} (${active.title}) ${how}`, { runId: active.id });
  }
  const aside = await tx.resource.findFirst({
    where: { serviceId, state: { not: "gone" }, stepName: "backups.swap", kind: "backup.restored-folder" },
    select: { name: true },
  });
  if (aside)
    return say(
      `What a restore had replaced is still kept in ${aside.name}. Go back to it or remove it under Backups first.`,
      { isInBackups: true },
    );
  if (state !== "retired") return null;
  const left = await tx.resource.count({
    where: { serviceId, state: { not: "gone" }, kind: { notIn: [...NOT_TAKEN] } },
  });
  return left > 0 ? null : say(`Nothing of ${name} is left to take away.`);
}
