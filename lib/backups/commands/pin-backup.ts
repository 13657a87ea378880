import { authorize, may } from "#lib/access/policy.ts";
import type { UserActor } from "#lib/access/types.ts";
import { recordAudit } from "#lib/audit/record.ts";
import type { Tx } from "#lib/platform/db/client.ts";
import { transaction } from "#lib/platform/db/transaction.ts";
import { conflict, notFound } from "#lib/platform/errors.ts";
import { lockPoint } from "./lock-point.ts";

/** A point's pin, and who is to be asked about it. */
async function readPin(tx: Tx, backupId: string) {
  await lockPoint(tx, backupId);
  const row = await tx.backup.findUnique({
    where: { id: backupId },
    select: {
      ...{ state: true, removedAt: true, pinnedAt: true, pinnedById: true, pinReason: true, serviceId: true },
      service: { select: { ownerId: true } },
    },
  });
  if (!row) throw notFound("backup");
  const { service, serviceId, pinnedById } = row;
  return { ...row, subject: { ownerId: service?.ownerId ?? null, serviceId, requestedById: pinnedById } };
}

/** Keeps a point whatever the retention says, until somebody unpins it. */
export async function pinBackup(actor: UserActor, backupId: string, reason: string): Promise<void> {
  authorize(actor, "backups.pin");
  await transaction(async (tx) => {
    const row = await readPin(tx, backupId);
    if (row.removedAt) throw conflict("backups.removed", "This point was removed: there is nothing to keep.");
    if (row.state !== "stored" && row.state !== "verified")
      throw conflict("backups.not_a_point", "Only a backup that was stored can be kept.");
    // Whoever pinned it may unpin it: nobody becomes that by pinning over another's pin.
    if (row.pinnedAt && !may(actor, "backups.unpin", row.subject).ok)
      throw conflict(
        "backups.pinned",
        "Somebody else has pinned it already.",
        "It is kept until that pin is taken away.",
      );
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
  authorize(actor, "backups.read");
  await transaction(async (tx) => {
    const { pinnedAt, pinReason, subject } = await readPin(tx, backupId);
    if (!pinnedAt) return;
    authorize(actor, "backups.unpin", subject);
    await tx.backup.update({
      where: { id: backupId },
      data: { pinnedAt: null, pinnedById: null, pinReason: null },
    });
    await recordAudit(tx, actor, {
      action: "backups.unpin",
      subjectType: "backup",
      subjectId: backupId,
      detail: { reason: pinReason },
    });
  });
}
