import { randomUUID } from "node:crypto";
import { authorize } from "#lib/access/policy.ts";
import type { UserActor } from "#lib/access/types.ts";
import { recordAudit } from "#lib/audit/record.ts";
import { isDuplicate, transaction } from "#lib/platform/db/transaction.ts";
import { invalid, notFound } from "#lib/platform/errors.ts";
import type { BlockedNameInput } from "../types.ts";

/** Nobody but administrators may use the word in a new name from now on; names there are stay. */
export async function blockName(actor: UserActor, input: BlockedNameInput): Promise<{ id: string }> {
  authorize(actor, "blockedNames.manage");
  const id = randomUUID();
  try {
    await transaction(async (tx) => {
      await tx.dnsBlockedName.create({ data: { id, ...input, createdById: actor.id } });
      await recordAudit(tx, actor, {
        action: "blockedNames.create",
        subjectType: "blockedName",
        subjectId: id,
        detail: { ...input },
      });
    });
  } catch (error) {
    if (isDuplicate(error)) throw invalid({ pattern: "This is blocked already." });
    throw error;
  }
  return { id };
}

export async function unblockName(actor: UserActor, id: string): Promise<{ id: string }> {
  authorize(actor, "blockedNames.manage");
  await transaction(async (tx) => {
    const row = await tx.dnsBlockedName.findUnique({ where: { id } });
    if (!row) throw notFound("blocked name");
    await tx.dnsBlockedName.delete({ where: { id } });
    await recordAudit(tx, actor, {
      action: "blockedNames.delete",
      subjectType: "blockedName",
      subjectId: id,
      detail: { pattern: row.pattern, match: row.match },
    });
  });
  return { id };
}
