import { randomUUID } from "node:crypto";
import { generatePassword, seal } from "#lib/platform/crypto.ts";
import type { Tx } from "#lib/platform/db/client.ts";
import { AppError } from "#lib/platform/errors.ts";
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

const CONVENTION = /^services\.([a-z][a-z0-9-]*)\.[A-Za-z0-9][A-Za-z0-9._-]*$/;

/** A service's secrets have its name in theirs, wherever they are kept: nothing that is named otherwise gets as far as a store. */
async function assertNamed(tx: Tx, { name, serviceId }: { name: string; serviceId: string | null }): Promise<void> {
  if (!name.startsWith("services.")) return;
  const named = CONVENTION.exec(name)?.[1];
  const service = serviceId && (await tx.service.findUnique({ where: { id: serviceId }, select: { name: true } }));
  if (named && (!service || service.name === named)) return;
  throw new AppError({
    code: "secrets.name",
    message: `“${name}” is not named as secrets are${service ? ` of ${service.name}` : ""}: services.<service>.<secret>.`,
    advice: "Use letters, digits, dots, dashes and underscores, and the service's own name.",
    status: 422,
  });
}

async function insertVersion(
  tx: Tx,
  secret: { name: string; value: string | Uint8Array; serviceId: string | null },
  version: number,
): Promise<StoredSecret> {
  await assertNamed(tx, secret);
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

/** One version of a name, made up. Whoever decided on its number has it to themselves: a rival's insert is a duplicate. */
export async function storeVersion(
  tx: Tx,
  secret: { name: string; serviceId: string | null },
  version: number,
): Promise<OpenedSecret> {
  const value = generatePassword();
  const stored = await insertVersion(tx, { ...secret, value }, version);
  return { ...stored, value: Buffer.from(value) };
}

/** Takes the versions before one out of use and their content out of the database. Returns how many there were. */
export async function retireVersions(tx: Tx, name: string, before: number): Promise<number> {
  const { count } = await tx.secret.updateMany({
    where: { name, deletedAt: null, version: { lt: before } },
    data: { deletedAt: new Date(), ciphertext: new Uint8Array(0) },
  });
  return count;
}

/** Takes every version of a secret out of use and its content out of the database. */
export async function deleteSecret(tx: Tx, name: string): Promise<void> {
  await tx.secret.updateMany({
    where: { name, deletedAt: null },
    data: { deletedAt: new Date(), ciphertext: new Uint8Array(0) },
  });
}
