import { SAML, ValidateInResponseTo } from "@node-saml/node-saml";
import { CLOCK_SKEW_MS } from "./constants.ts";
import type { IdentityProvider } from "./idp-metadata.ts";
import { type Identity, readAssertion } from "./read-assertion.ts";
import { refuseResponse } from "./refusal.ts";
import type { ScreenedResponse } from "./screen-response.ts";

/** The panel's own addresses in SAML's words. */
export interface ServiceProvider {
  entityId: string;
  acsUrl: string;
  logoutUrl: string;
}

export function describeServiceProvider(appUrl: string): ServiceProvider {
  const base = appUrl.replace(/\/+$/, "");
  return { entityId: `${base}/saml/metadata`, acsUrl: `${base}/saml/acs`, logoutUrl: `${base}/saml/logout` };
}

/** node-saml, set for one message. Requests, replays and times are ours to check: it keeps them in one process's memory. */
function createSaml(
  sp: ServiceProvider,
  idp: IdentityProvider | null,
  more: { id?: string; isResponseSigned?: boolean },
) {
  const { id } = more;
  return new SAML({
    issuer: sp.entityId,
    audience: sp.entityId,
    callbackUrl: sp.acsUrl,
    logoutCallbackUrl: sp.logoutUrl,
    // The service provider's own metadata needs none; the constructor does.
    idpCert: idp?.certificates ?? "unused",
    ...(idp ? { entryPoint: idp.ssoUrl, idpIssuer: idp.entityId, logoutUrl: idp.sloUrl ?? idp.ssoUrl } : {}),
    // No wish about the name's form or how people prove themselves: that is the provider's to decide.
    identifierFormat: null,
    disableRequestedAuthnContext: true,
    wantAssertionsSigned: true,
    wantAuthnResponseSigned: more.isResponseSigned ?? false,
    acceptedClockSkewMs: CLOCK_SKEW_MS,
    validateInResponseTo: ValidateInResponseTo.never,
    signatureAlgorithm: "sha256",
    digestAlgorithm: "sha256",
    ...(id ? { generateUniqueId: () => id } : {}),
  });
}

/** What the identity provider's administrator imports. */
export const writeSpMetadata = (sp: ServiceProvider): string =>
  createSaml(sp, null, { id: "_seaworthy" }).generateServiceProviderMetadata(null, null);

/** Address at the identity provider that asks it to sign somebody in; `requestId` comes back in the answer. */
export function buildLoginUrl(sp: ServiceProvider, idp: IdentityProvider, requestId: string): Promise<string> {
  return createSaml(sp, idp, { id: requestId }).getAuthorizeUrlAsync("", undefined, {});
}

/** Address at the identity provider that signs somebody out there too; null when it does not offer that. */
export async function buildLogoutUrl(
  sp: ServiceProvider,
  idp: IdentityProvider,
  subject: { nameId: string; sessionIndex: string | null },
): Promise<string | null> {
  if (!idp.sloUrl) return null;
  const { nameId, sessionIndex } = subject;
  const profile = {
    issuer: idp.entityId,
    nameID: nameId,
    nameIDFormat: "urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified",
  };
  return createSaml(sp, idp, {}).getLogoutUrlAsync({ ...profile, ...(sessionIndex ? { sessionIndex } : {}) }, "", {});
}

/** node-saml's reasons, in ours. Its words may quote the message and are not passed on. */
function explainRejection(reason: string) {
  if (/signature/i.test(reason))
    return refuseResponse("signature", "The message is not signed by the identity provider.");
  if (/parsing NotOnOrAfter/i.test(reason)) return refuseResponse("timeless", "The assertion has no end.");
  if (/expired|confirmation/i.test(reason))
    return refuseResponse("expired", "The sign-in took too long and is no longer valid.");
  if (/not yet/i.test(reason))
    return refuseResponse("not_yet", "The assertion is not valid yet; the clocks differ too much.");
  if (/audience/i.test(reason)) return refuseResponse("audience", "The assertion is meant for another application.");
  return refuseResponse("rejected", "The message of the identity provider is not acceptable.");
}

/**
 * Verifies a screened response against the provider's certificates and reads who signs in, only from what is signed.
 * Whether the request and the assertion were used before is the caller's to decide, in the database.
 */
export async function verifyResponse(
  sp: ServiceProvider,
  idp: IdentityProvider,
  screened: ScreenedResponse,
  now = new Date(),
): Promise<Identity> {
  const { xml, inResponseTo, isResponseSigned } = screened;
  const saml = createSaml(sp, idp, { isResponseSigned });
  const signedXml = await saml
    .validatePostResponseAsync({ SAMLResponse: Buffer.from(xml).toString("base64") })
    .then(({ profile }) => profile?.getAssertionXml?.())
    .catch((error: unknown) => {
      throw explainRejection(error instanceof Error ? error.message : String(error));
    });
  if (!signedXml) throw refuseResponse("malformed", "The response signs nobody in.");
  return readAssertion(signedXml, {
    issuer: idp.entityId,
    audience: sp.entityId,
    acsUrl: sp.acsUrl,
    requestId: inResponseTo,
    now,
  });
}
