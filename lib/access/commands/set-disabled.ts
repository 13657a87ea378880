import { recordAudit } from "#lib/audit/record.ts";
import { transaction } from "#lib/platform/db/transaction.ts";
import { conflict, notFound } from "#lib/platform/errors.ts";
import { authorize } from "../policy.ts";
import type { UserActor } from "../types.ts";

/** Closes or opens an account here, whatever the identity provider says; sessions and tokens of a closed one open nothing. */
export async function setDisabled(actor: UserActor, userId: string, disabled: boolean): Promise<{ disabled: boolean }> {
  authorize(actor, "users.disable");
  if (disabled && userId === actor.id)
    throw conflict("user.self", "You cannot close your own account.", "Ask another administrator.");
  return transaction(async (tx) => {
    const now = new Date();
    const { count } = await tx.user.updateMany({ where: { id: userId }, data: { disabledAt: disabled ? now : null } });
    if (count === 0) throw notFound("person");
    if (disabled) await tx.session.updateMany({ where: { userId, revokedAt: null }, data: { revokedAt: now } });
    await recordAudit(tx, actor, {
      action: disabled ? "user.disabled" : "user.enabled",
      subjectType: "user",
      subjectId: userId,
    });
    return { disabled };
  });
}
