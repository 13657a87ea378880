import { authorize } from "#lib/access/policy.ts";
import type { Actor } from "#lib/access/types.ts";
import { db } from "#lib/platform/db/client.ts";
import { MAKERS } from "../constants.ts";

/** The run that took the service through its checklist: its provisioning, however many runs came after it; null: none yet. */
export async function findChecklistRun(actor: Actor, serviceId: string): Promise<number | null> {
  authorize(actor, "runs.read");
  const run = await db().run.findFirst({
    where: { serviceId, mode: "apply", checklistKey: MAKERS[0] ?? "" },
    orderBy: { id: "desc" },
    select: { id: true },
  });
  return run?.id ?? null;
}
