import { recordAudit } from "#lib/audit/record.ts";
import { readIdpMetadata } from "#lib/integrations/saml/idp-metadata.ts";
import type { Identity } from "#lib/integrations/saml/read-assertion.ts";
import { refuseResponse } from "#lib/integrations/saml/refusal.ts";
import { screenResponse } from "#lib/integrations/saml/screen-response.ts";
import { describeServiceProvider, verifyResponse } from "#lib/integrations/saml/service-provider.ts";
import { config } from "#lib/platform/config/config.ts";
import { sha256 } from "#lib/platform/crypto.ts";
import { db, type Tx } from "#lib/platform/db/client.ts";
import { isDuplicate, transaction } from "#lib/platform/db/transaction.ts";
import { toLocalPath } from "../return-to.ts";
import { resolveRoles } from "../role-patterns.ts";
import { hashBrowser } from "./begin-sign-in.ts";
import { createSession, type SessionOrigin } from "./create-session.ts";
import { rememberUser } from "./remember-user.ts";

export interface SignInInput extends SessionOrigin {
  /** The form field SAMLResponse. */
  samlResponse: string;
  /** The cookie that began the sign-in; null when this browser has none. */
  binding: string | null;
}

export type SignInResult =
  | { outcome: "signed-in"; sessionToken: string; maxAgeS: number; returnTo: string }
  /** Known to the provider, but nothing here is theirs to see. */
  | { outcome: "no-access"; reason: "no-role" | "disabled" };

const used = () => refuseResponse("replayed", "This sign-in was already used, or took too long.");

/** Uses up the request and the assertion. Of any number who try, at the same time or later, one gets through. */
async function consume(
  tx: Tx,
  requestId: string,
  browserHash: Uint8Array<ArrayBuffer>,
  identity: Identity,
): Promise<void> {
  const now = new Date();
  const { count } = await tx.samlRequest.updateMany({
    where: { id: requestId, browserHash, consumedAt: null, expiresAt: { gt: now } },
    data: { consumedAt: now },
  });
  if (count !== 1) throw used();
  const id = Buffer.from(sha256(`${identity.issuer}\0${identity.assertionId}`)).toString("hex");
  try {
    await tx.samlAssertion.create({ data: { id, expiresAt: identity.usableUntil } });
  } catch (error) {
    throw isDuplicate(error) ? used() : error;
  }
}

/** The request the response says it answers, if this browser is the one that asked. */
async function findRequest(id: string, binding: string | null) {
  const request = await db().samlRequest.findUnique({ where: { id } });
  if (!request || request.consumedAt || request.expiresAt <= new Date()) throw used();
  const browserHash = binding === null ? null : hashBrowser(binding);
  if (!browserHash || !Buffer.from(browserHash).equals(Buffer.from(request.browserHash)))
    throw refuseResponse("other_browser", "This sign-in began in another browser, or this one does not keep cookies.");
  return { id, browserHash, returnTo: request.returnTo };
}

/**
 * Finishes a sign-in: believes the response, uses it up, refreshes the account and its roles, and opens a session, all in
 * one transaction. Throws an AppError `saml.…` when the response is not believed.
 */
export async function completeSignIn(input: SignInInput): Promise<SignInResult> {
  const settings = config();
  const sp = describeServiceProvider(settings.APP_URL);
  const idp = await readIdpMetadata(settings.SAML_IDP_METADATA_PATH);
  const screened = screenResponse(input.samlResponse, { issuer: idp.entityId, acsUrl: sp.acsUrl });
  const request = await findRequest(screened.inResponseTo, input.binding);
  const identity = await verifyResponse(sp, idp, screened);
  const roles = resolveRoles(identity.attributes.get(settings.SAML_GROUPS_ATTRIBUTE) ?? [], settings);

  const attempt = () =>
    transaction(async (tx): Promise<SignInResult> => {
      await consume(tx, request.id, request.browserHash, identity);
      const { user, isNew } = await rememberUser(tx, identity, roles);
      const reason = user.disabledAt ? "disabled" : roles.length === 0 ? "no-role" : null;
      const session = reason ? null : await createSession(tx, user.id, identity, input);
      await recordAudit(
        tx,
        {
          kind: "user",
          id: user.id,
          name: user.displayName,
          email: user.email,
          roles,
          via: "session",
          sessionId: session?.id ?? "",
          requestId: input.requestId,
        },
        {
          action: reason ? "session.refused" : "session.began",
          subjectType: "user",
          subjectId: user.id,
          detail: { roles, isNew, ...(reason ? { reason } : {}) },
        },
      );
      if (reason || !session) return { outcome: "no-access", reason: reason ?? "no-role" };
      const { token, maxAgeS } = session;
      return { outcome: "signed-in", sessionToken: token, maxAgeS, returnTo: toLocalPath(request.returnTo) };
    });
  // Two first sign-ins of one person at a time: the second finds the account the first has made.
  return attempt().catch((error: unknown) => {
    if (isDuplicate(error)) return attempt();
    throw error;
  });
}
