import { createHmac, randomBytes } from "node:crypto";
import { readIdpMetadata } from "#lib/integrations/saml/idp-metadata.ts";
import { buildLoginUrl, describeServiceProvider } from "#lib/integrations/saml/service-provider.ts";
import { config } from "#lib/platform/config/config.ts";
import { db } from "#lib/platform/db/client.ts";
import { toLocalPath } from "../return-to.ts";

/** How long somebody may take at the identity provider. */
export const SIGN_IN_MINUTES = 15;

/** Stored instead of the cookie's value: who reads the table cannot finish a sign-in. */
export function hashBrowser(binding: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(createHmac("sha256", config().SESSION_SECRET).update(`sign-in\0${binding}`).digest());
}

const isBinding = (value: string | null): value is string => value !== null && /^[A-Za-z0-9_-]{43}$/.test(value);

/**
 * Begins a sign-in: one row that remembers who asked and where they wanted to go. `binding` is the browser's cookie of an
 * earlier try, kept so that two tabs can sign in at a time.
 */
export async function beginSignIn(input: {
  returnTo: string | null;
  binding: string | null;
}): Promise<{ redirectTo: string; binding: string }> {
  const { APP_URL, SAML_IDP_METADATA_PATH } = config();
  const idp = await readIdpMetadata(SAML_IDP_METADATA_PATH);
  const binding = isBinding(input.binding) ? input.binding : randomBytes(32).toString("base64url");
  const id = `_${randomBytes(20).toString("hex")}`;
  await db().samlRequest.create({
    data: {
      id,
      browserHash: hashBrowser(binding),
      returnTo: toLocalPath(input.returnTo),
      expiresAt: new Date(Date.now() + SIGN_IN_MINUTES * 60_000),
    },
  });
  return { redirectTo: await buildLoginUrl(describeServiceProvider(APP_URL), idp, id), binding };
}
