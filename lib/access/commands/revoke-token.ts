import { recordAudit } from "#lib/audit/record.ts";
import { transaction } from "#lib/platform/db/transaction.ts";
import { notFound } from "#lib/platform/errors.ts";
import { authorize } from "../policy.ts";
import type { UserActor } from "../types.ts";

/** Takes away one of the actor's own tokens, from its next request on. */
export async function revokeToken(actor: UserActor, tokenId: string): Promise<void> {
  authorize(actor, "tokens.manage");
  await transaction(async (tx) => {
    const { count } = await tx.apiToken.updateMany({
      where: { id: tokenId, userId: actor.id, revokedAt: null },
      data: { revokedAt: new Date() },
    });
    if (count === 0) throw notFound("token");
    await recordAudit(tx, actor, { action: "token.revoked", subjectType: "token", subjectId: tokenId });
  });
}
