import { recordAudit } from "#lib/audit/record.ts";
import { transaction } from "#lib/platform/db/transaction.ts";
import { authorize } from "../policy.ts";
import type { UserActor } from "../types.ts";

/** Signs the actor out of the session (or takes away the token) that speaks now. */
export async function revokeSession(actor: UserActor): Promise<{ redirectTo: string }> {
  authorize(actor, "session.revoke");
  const revokedAt = new Date();
  await transaction(async (tx) => {
    const where = { id: actor.sessionId, userId: actor.id, revokedAt: null };
    if (actor.via === "session") await tx.session.updateMany({ where, data: { revokedAt } });
    else await tx.apiToken.updateMany({ where, data: { revokedAt } });
    await recordAudit(tx, actor, { action: "session.ended", subjectType: actor.via, subjectId: actor.sessionId });
  });
  return { redirectTo: "/sign-in" };
}
