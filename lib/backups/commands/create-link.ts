import { randomBytes, randomUUID } from "node:crypto";
import { authorize } from "#lib/access/policy.ts";
import type { UserActor } from "#lib/access/types.ts";
import { recordAudit } from "#lib/audit/record.ts";
import { config } from "#lib/platform/config/config.ts";
import { sha256 } from "#lib/platform/crypto.ts";
import { transaction } from "#lib/platform/db/transaction.ts";
import { conflict } from "#lib/platform/errors.ts";
import { findPoint } from "../queries/find-point.ts";
import { LINK_WITH, toLinkView } from "../queries/restore-view.ts";
import type { LinkInput } from "../schema/restore.ts";
import type { BackupLinkView } from "../types.ts";
import { lockPoint } from "./lock-point.ts";

const TOKEN_BYTES = 32;

/** An address that gives one point to whoever has it, for a while. It is shown once: only the hash of its token is kept. */
export async function createLink(
  actor: UserActor,
  backupId: string,
  { minutes, reason }: LinkInput,
): Promise<{ link: BackupLinkView; url: string }> {
  authorize(actor, "backups.read");
  const token = randomBytes(TOKEN_BYTES).toString("base64url");
  const link = await transaction(async (tx) => {
    await lockPoint(tx, backupId);
    const point = await findPoint(tx, backupId);
    authorize(actor, "backups.link", { ownerId: point.service?.ownerId ?? null, serviceId: point.serviceId });
    if (!["stored", "verified"].includes(point.state) || point.removedAt || point.missingAt || !point.described)
      throw conflict("backups.nothing_to_give", "There are no good objects of this point to give.");
    const expiresAt = new Date(Date.now() + minutes * 60_000);
    const row = await tx.backupLink.create({
      data: { id: randomUUID(), backupId, tokenHash: sha256(token), byId: actor.id, reason, expiresAt },
      include: LINK_WITH,
    });
    await recordAudit(tx, actor, {
      action: "backups.link",
      subjectType: "backup",
      subjectId: backupId,
      detail: { linkId: row.id, service: point.service?.name ?? null, reason, expiresAt: expiresAt.toISOString() },
    });
    return row;
  });
  return { link: toLinkView(link), url: `${config().APP_URL.replace(/\/+$/, "")}/api/v1/backup-downloads/${token}` };
}
