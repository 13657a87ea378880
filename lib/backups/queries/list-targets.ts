import { authorize } from "#lib/access/policy.ts";
import type { Actor } from "#lib/access/types.ts";
import { db } from "#lib/platform/db/client.ts";
import type { TargetView } from "../types.ts";
import { toTargetViews } from "./target-view.ts";

/** The places backups are put, by name. */
export async function listTargets(actor: Actor): Promise<{ targets: TargetView[] }> {
  authorize(actor, "backupTargets.read");
  const rows = await db().backupTarget.findMany({ where: { removedAt: null }, orderBy: { name: "asc" } });
  return { targets: await toTargetViews(db(), rows) };
}
