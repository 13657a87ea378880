import { recordAudit } from "#lib/audit/record.ts";
import { readIdpMetadata } from "#lib/integrations/saml/idp-metadata.ts";
import { buildLogoutUrl, describeServiceProvider } from "#lib/integrations/saml/service-provider.ts";
import { config } from "#lib/platform/config/config.ts";
import { db } from "#lib/platform/db/client.ts";
import { transaction } from "#lib/platform/db/transaction.ts";
import { notFound } from "#lib/platform/errors.ts";
import { authorize } from "../policy.ts";
import type { UserActor } from "../types.ts";

const SIGN_IN_PAGE = "/sign-in?signedOut=1";

async function findLogoutUrl(actor: UserActor): Promise<string> {
  if (actor.via === "token") return SIGN_IN_PAGE;
  const { APP_URL, SAML_IDP_METADATA_PATH } = config();
  const session = await db().session.findUnique({
    where: { id: actor.sessionId },
    select: { sessionIndex: true, user: { select: { nameId: true, issuer: true } } },
  });
  try {
    const idp = await readIdpMetadata(SAML_IDP_METADATA_PATH);
    if (!session || session.user.issuer !== idp.entityId) return SIGN_IN_PAGE;
    const subject = { nameId: session.user.nameId, sessionIndex: session.sessionIndex };
    return (await buildLogoutUrl(describeServiceProvider(APP_URL), idp, subject)) ?? SIGN_IN_PAGE;
  } catch {
    // Without the provider's metadata people are signed out here all the same.
    return SIGN_IN_PAGE;
  }
}

/** Signs the actor out of the session (or takes away the token) that speaks now. */
export async function revokeSession(actor: UserActor): Promise<{ redirectTo: string }> {
  authorize(actor, "session.revoke");
  const revokedAt = new Date();
  await transaction(async (tx) => {
    const userId = actor.lookedThroughBy?.id ?? actor.id;
    const where = { id: actor.sessionId, userId, revokedAt: null };
    if (actor.via === "session") await tx.session.updateMany({ where, data: { revokedAt } });
    else await tx.apiToken.updateMany({ where, data: { revokedAt } });
    await recordAudit(tx, actor, { action: "session.ended", subjectType: actor.via, subjectId: actor.sessionId });
  });
  return { redirectTo: await findLogoutUrl(actor) };
}

/** Ends every session of somebody, from their next request on. */
export async function revokeSessionsOf(actor: UserActor, userId: string): Promise<{ revoked: number }> {
  authorize(actor, "sessions.revokeOthers");
  return transaction(async (tx) => {
    if (!(await tx.user.findUnique({ where: { id: userId }, select: { id: true } }))) throw notFound("person");
    const now = new Date();
    const { count } = await tx.session.updateMany({
      where: { userId, revokedAt: null, expiresAt: { gt: now } },
      data: { revokedAt: now },
    });
    await recordAudit(tx, actor, {
      action: "sessions.revoked",
      subjectType: "user",
      subjectId: userId,
      detail: { count },
    });
    return { revoked: count };
  });
}
