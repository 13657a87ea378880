import { authorize } from "#lib/access/policy.ts";
import type { Actor } from "#lib/access/types.ts";
import { db } from "#lib/platform/db/client.ts";
import { notFound } from "#lib/platform/errors.ts";
import type { RestoreView } from "../types.ts";
import { RESTORE_WITH, toRestoreView } from "./restore-view.ts";

export async function getRestore(actor: Actor, restoreId: string): Promise<RestoreView> {
  authorize(actor, "backups.read");
  const row = await db().restore.findUnique({ where: { id: restoreId }, include: RESTORE_WITH });
  if (!row) throw notFound("restore");
  return toRestoreView(row, actor);
}
