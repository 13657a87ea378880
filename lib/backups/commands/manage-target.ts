import { authorize } from "#lib/access/policy.ts";
import type { UserActor } from "#lib/access/types.ts";
import { recordAudit } from "#lib/audit/record.ts";
import { transaction } from "#lib/platform/db/transaction.ts";
import { conflict, notFound } from "#lib/platform/errors.ts";
import { deleteSecret } from "#lib/secrets/commands.ts";
import { OWN_DISK_TARGET } from "../constants.ts";
import { findTarget } from "../queries/find-target.ts";
import { targetSecretName } from "../targets/secret-name.ts";

/** New policies go there from now on. */
export async function makeDefaultTarget(actor: UserActor, targetId: string): Promise<void> {
  authorize(actor, "backupTargets.manage");
  await transaction(async (tx) => {
    const target = await findTarget(targetId, tx);
    if (!target) throw notFound("backup target");
    await tx.backupTarget.updateMany({ where: { isDefault: 1 }, data: { isDefault: null } });
    await tx.backupTarget.update({ where: { id: targetId }, data: { isDefault: 1 } });
    await recordAudit(tx, actor, {
      action: "backupTargets.makeDefault",
      subjectType: "backupTarget",
      subjectId: targetId,
      detail: { name: target.name },
    });
  });
}

/** Forgets a target and its secret. Refused while anything of the panel is there or goes there. */
export async function removeTarget(actor: UserActor, targetId: string, now = new Date()): Promise<void> {
  authorize(actor, "backupTargets.manage");
  await transaction(async (tx) => {
    await tx.$queryRaw`SELECT id FROM BackupTarget WHERE id = ${targetId} FOR UPDATE`;
    const target = await findTarget(targetId, tx);
    if (!target) throw notFound("backup target");
    if (targetId === OWN_DISK_TARGET)
      throw conflict(
        "backups.target_stays",
        "Every panel has its own disk.",
        "Make another target the default instead.",
      );
    const row = await tx.backupTarget.findUniqueOrThrow({ where: { id: targetId }, select: { isDefault: true } });
    if (row.isDefault === 1)
      throw conflict("backups.target_in_use", "New policies go there.", "Make another target the default first.");
    const policies = await tx.backupPolicy.count({ where: { targetId, removedAt: null } });
    const points = await tx.backup.count({
      where: { targetId, removedAt: null, state: { in: ["running", "stored", "verified"] } },
    });
    if (policies > 0 || points > 0)
      throw conflict(
        "backups.target_in_use",
        `${policies} policies store there, and ${points} backups are there.`,
        "Give the policies another target and remove the backups first.",
      );
    await tx.backupOrphan.deleteMany({ where: { targetId } });
    await tx.backupTarget.update({ where: { id: targetId }, data: { removedAt: now } });
    await deleteSecret(tx, targetSecretName(targetId));
    await recordAudit(tx, actor, {
      action: "backupTargets.delete",
      subjectType: "backupTarget",
      subjectId: targetId,
      detail: { name: target.name },
    });
  });
}
