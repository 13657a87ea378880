import type { RegistryAuth } from "#lib/integrations/docker/registry.ts";
import { db, type Tx } from "#lib/platform/db/client.ts";
import { readSecret } from "#lib/secrets/queries.ts";
import { parseImageReference } from "#lib/services/schema/image-reference.ts";
import { DOCKER_HUB, DOCKER_HUB_ADDRESS } from "../constants.ts";

/** Name of a credential's password in the panel's own table. */
export const registrySecretName = (credentialId: string) => `registry.${credentialId}`;

const addressOf = (host: string) => (host === DOCKER_HUB ? DOCKER_HUB_ADDRESS : host);

/** The host of the registry an image comes from, in small letters. */
function registryOf(image: string): string | null {
  const parsed = parseImageReference(image);
  return parsed.ok ? parsed.image.registry.toLowerCase() : null;
}

/** A credential opened, for workers only: give its password to `ctx.redact` before anything else. */
export async function openCredential(
  credential: { id: string; host: string; username: string },
  tx: Tx = db(),
): Promise<RegistryAuth> {
  const { value } = await readSecret(tx, registrySecretName(credential.id));
  return {
    username: credential.username,
    password: value.toString("utf8"),
    serveraddress: addressOf(credential.host),
  };
}

/**
 * How the engine signs in at an image's registry; null when the panel has no account there. The password is taken out of whatever the
 * step logs from then on.
 */
export async function findRegistryAuth(
  image: string,
  ctx: { redact(secret: string): void },
  tx: Tx = db(),
): Promise<RegistryAuth | null> {
  const host = registryOf(image);
  const credential = host === null ? null : await tx.registryCredential.findUnique({ where: { host } });
  if (!credential) return null;
  const auth = await openCredential(credential, tx);
  ctx.redact(auth.password);
  return auth;
}
