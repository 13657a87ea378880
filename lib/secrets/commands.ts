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
  return insertVersion(tx, secret, (await readNewest(tx, secret.name)) + 1);
}

/** Deleted versions count: what was sealed for one never opens as another. */
async function readNewest(tx: Tx, name: string): Promise<number> {
  const newest = await tx.secret.findFirst({
    where: { name },
    orderBy: { version: "desc" },
    select: { version: true },
  });
  return newest?.version ?? 0;
}

async function insertVersion(
  tx: Tx,
  secret: { name: string; value: string | Uint8Array; serviceId: string | null },
  version: number,
): Promise<StoredSecret> {
  const id = randomUUID();
  const sealed = seal(secret.value, sealContext(secret.name, version));
  await tx.secret.create({ data: { id, name: secret.name, version, serviceId: secret.serviceId, ...sealed } });
  return { id, name: secret.name, version };
}

/**
 * The secret of that name, made up and stored first when there is none. Of two that make it at the same moment one fails
 * as a duplicate, and finds the other's when it tries again.
 */
export async function ensureSecret(tx: Tx, secret: { name: string; serviceId: string | null }): Promise<OpenedSecret> {
  // Read before looking: a rival's that is stored in between takes the version this one would have.
  const newest = await readNewest(tx, secret.name);
  const present = await findSecret(tx, secret.name);
  if (present) return present;
  const value = generatePassword();
  const stored = await insertVersion(tx, { ...secret, value }, newest + 1);
  return { ...stored, value: Buffer.from(value) };
}

/** Takes every version of a secret out of use and its content out of the database. */
export async function deleteSecret(tx: Tx, name: string): Promise<void> {
  await tx.secret.updateMany({
    where: { name, deletedAt: null },
    data: { deletedAt: new Date(), ciphertext: new Uint8Array(0) },
  });
}
