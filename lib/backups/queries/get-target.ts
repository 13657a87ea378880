import { authorize } from "#lib/access/policy.ts";
import type { Actor } from "#lib/access/types.ts";
import { db, type Tx } from "#lib/platform/db/client.ts";
import { notFound } from "#lib/platform/errors.ts";
import type { TargetView } from "../types.ts";
import { toTargetViews } from "./target-view.ts";

/** One place backups are put. */
export async function getTarget(actor: Actor, targetId: string, tx: Tx = db()): Promise<TargetView> {
  authorize(actor, "backupTargets.read");
  const row = await tx.backupTarget.findFirst({ where: { id: targetId, removedAt: null } });
  const [view] = await toTargetViews(tx, row ? [row] : []);
  if (!view) throw notFound("backup target");
  return view;
}
