import { authorize } from "#lib/access/policy.ts";
import type { Actor } from "#lib/access/types.ts";
import { db } from "#lib/platform/db/client.ts";
import type { Restorable } from "../types.ts";
import { readRestoreMs } from "./backup-view.ts";

/** The moment a service can provably be restored to; null when nothing was ever proven. */
export async function getRestorableAsOf(actor: Actor, serviceId: string): Promise<Restorable | null> {
  authorize(actor, "backups.read");
  const row = await db().backup.findFirst({
    where: { serviceId, state: "verified" },
    include: { verifications: { orderBy: { createdAt: "asc" } } },
    orderBy: { startedAt: "desc" },
  });
  if (!row) return null;
  // The dump shows the database as it was when it began.
  return { asOf: row.startedAt.toISOString(), backupId: row.id, restoreMs: readRestoreMs(row.verifications) };
}
