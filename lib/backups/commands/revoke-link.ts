import { authorize } from "#lib/access/policy.ts";
import type { UserActor } from "#lib/access/types.ts";
import { recordAudit } from "#lib/audit/record.ts";
import { transaction } from "#lib/platform/db/transaction.ts";
import { notFound } from "#lib/platform/errors.ts";

/** Ends a link before its time. Whoever made it may, and whoever may make one; ending it twice is fine. */
export async function revokeLink(actor: UserActor, linkId: string): Promise<void> {
  authorize(actor, "backups.read");
  await transaction(async (tx) => {
    const link = await tx.backupLink.findUnique({
      where: { id: linkId },
      include: { backup: { select: { serviceId: true, service: { select: { ownerId: true } } } } },
    });
    if (!link) throw notFound("link");
    const { serviceId, service } = link.backup;
    if (link.byId !== actor.id) authorize(actor, "backups.link", { ownerId: service?.ownerId ?? null, serviceId });
    if (link.revokedAt) return;
    await tx.backupLink.update({ where: { id: linkId }, data: { revokedAt: new Date() } });
    await recordAudit(tx, actor, {
      action: "backups.revokeLink",
      subjectType: "backup",
      subjectId: link.backupId,
      detail: { linkId },
    });
  });
}
