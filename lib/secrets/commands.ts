import { randomUUID } from "node:crypto";
import { generatePassword, seal } from "#lib/platform/crypto.ts";
import type { Tx } from "#lib/platform/db/client.ts";
import { sealContext } from "./format.ts";
import { findSecret, type OpenedSecret } from "./queries.ts";

export interface StoredSecret {
  id: string;
  name: string;
  version: number;
}

/**
 * Keeps a secret, sealed, as the next version of its name. The caller has asked whether the actor may, and writes the
 * audit event: this is the half that steps and other domains' commands share.
 */
export async function storeSecret(
  tx: Tx,
  secret: { name: string; value: string | Uint8Array; serviceId: string | null },
): Promise<StoredSecret> {
  // Deleted versions count: what was sealed for one never opens as another.
  const newest = await tx.secret.findFirst({ where: { name: secret.name }, orderBy: { version: "desc" } });
  const version = (newest?.version ?? 0) + 1;
  const id = randomUUID();
  const sealed = seal(secret.value, sealContext(secret.name, version));
  await tx.secret.create({ data: { id, name: secret.name, version, serviceId: secret.serviceId, ...sealed } });
  return { id, name: secret.name, version };
}

/** The secret of that name, made up and stored first when there is none. */
export async function ensureSecret(tx: Tx, secret: { name: string; serviceId: string | null }): Promise<OpenedSecret> {
  const present = await findSecret(tx, secret.name);
  if (present) return present;
  const value = generatePassword();
  const stored = await storeSecret(tx, { ...secret, value });
  return { ...stored, value: Buffer.from(value) };
}

/** Takes every version of a secret out of use and its content out of the database. */
export async function deleteSecret(tx: Tx, name: string): Promise<void> {
  await tx.secret.updateMany({
    where: { name, deletedAt: null },
    data: { deletedAt: new Date(), ciphertext: new Uint8Array(0) },
  });
}
