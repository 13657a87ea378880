import { authorize } from "#lib/access/policy.ts";
import type { UserActor } from "#lib/access/types.ts";
import { recordAudit } from "#lib/audit/record.ts";
import { transaction } from "#lib/platform/db/transaction.ts";
import { conflict, notFound } from "#lib/platform/errors.ts";
import { lockPoint } from "./lock-point.ts";

/** Keeps a point whatever the retention says, until somebody unpins it. */
export async function pinBackup(actor: UserActor, backupId: string, reason: string): Promise<void> {
  authorize(actor, "backups.pin");
  await transaction(async (tx) => {
    await lockPoint(tx, backupId);
    const row = await tx.backup.findUnique({ where: { id: backupId }, select: { state: true, removedAt: true } });
    if (!row) throw notFound("backup");
    if (row.removedAt) throw conflict("backups.removed", "This point was removed: there is nothing to keep.");
    if (row.state !== "stored" && row.state !== "verified")
      throw conflict("backups.not_a_point", "Only a backup that was stored can be kept.");
    await tx.backup.update({
      where: { id: backupId },
      data: { pinnedAt: new Date(), pinnedById: actor.id, pinReason: reason },
    });
    await recordAudit(tx, actor, {
      action: "backups.pin",
      subjectType: "backup",
      subjectId: backupId,
      detail: { reason },
    });
  });
}

/** Leaves a point to the retention again. */
export async function unpinBackup(actor: UserActor, backupId: string): Promise<void> {
  authorize(actor, "backups.pin");
  await transaction(async (tx) => {
    const row = await tx.backup.findUnique({ where: { id: backupId }, select: { pinReason: true, pinnedAt: true } });
    if (!row) throw notFound("backup");
    if (!row.pinnedAt) return;
    await tx.backup.update({
      where: { id: backupId },
      data: { pinnedAt: null, pinnedById: null, pinReason: null },
    });
    await recordAudit(tx, actor, {
      action: "backups.unpin",
      subjectType: "backup",
      subjectId: backupId,
      detail: { reason: row.pinReason },
    });
  });
}
