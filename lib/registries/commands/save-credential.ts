import { randomUUID } from "node:crypto";
import { authorize } from "#lib/access/policy.ts";
import type { UserActor } from "#lib/access/types.ts";
import { recordAudit } from "#lib/audit/record.ts";
import { db, type Tx } from "#lib/platform/db/client.ts";
import { isDuplicate, transaction } from "#lib/platform/db/transaction.ts";
import { conflict, invalid, notFound } from "#lib/platform/errors.ts";
import type { RegistryCredentialInput } from "#lib/releases/schema/release.ts";
import type { RegistryCredentialView } from "#lib/releases/types.ts";
import { ringRun } from "#lib/runs/ring.ts";
import { deleteSecret, storeSecret } from "#lib/secrets/commands.ts";
import { registrySecretName } from "../queries/find-registry-auth.ts";
import { toCredentialView } from "../queries/list-credentials.ts";
import { createCheck } from "./start-check.ts";

const normalHost = (host: string) => host.toLowerCase();

async function readView(id: string): Promise<RegistryCredentialView> {
  return toCredentialView(await db().registryCredential.findUniqueOrThrow({ where: { id } }));
}

const audit = (tx: Tx, actor: UserActor, action: string, id: string, detail: { host: string; username: string }) =>
  recordAudit(tx, actor, { action, subjectType: "registryCredential", subjectId: id, detail });

/** Keeps an account at a private registry and has it tried. Its password is sealed and never given out again. */
export async function createCredential(
  actor: UserActor,
  { host: asWritten, username, password }: RegistryCredentialInput,
): Promise<RegistryCredentialView> {
  authorize(actor, "registries.manage");
  if (password === null) throw invalid({ password: "Give the password or a token." });
  const id = randomUUID();
  const host = normalHost(asWritten);
  const { runId } = await transaction(async (tx) => {
    await tx.registryCredential.create({ data: { id, host, username } });
    await storeSecret(tx, { name: registrySecretName(id), value: password, serviceId: null });
    await audit(tx, actor, "registries.create", id, { host, username });
    return createCheck(tx, actor, { id, host, version: 1 });
  }).catch((error: unknown) => {
    throw isDuplicate(error) ? conflict("registries.present", `There is an account at ${host} already.`) : error;
  });
  await ringRun(runId);
  return readView(id);
}

/** Changes an account; without a password the one that is kept stays. It is tried again. */
export async function updateCredential(
  actor: UserActor,
  id: string,
  { host, username, password, version }: RegistryCredentialInput & { version: number },
): Promise<RegistryCredentialView> {
  authorize(actor, "registries.manage");
  const { runId } = await transaction(async (tx) => {
    const present = await tx.registryCredential.findUnique({ where: { id } });
    if (!present) throw notFound("registry account");
    if (present.host !== normalHost(host)) throw invalid({ host: "An account stays at its registry: make another." });
    const mine = await tx.registryCredential.updateMany({
      where: { id, version },
      data: { username, version: { increment: 1 }, checkedAt: null, error: null },
    });
    if (mine.count === 0)
      throw conflict(
        "registries.changed_meanwhile",
        "Somebody else has saved this account meanwhile.",
        "Load it again.",
      );
    if (password !== null) await storeSecret(tx, { name: registrySecretName(id), value: password, serviceId: null });
    await audit(tx, actor, "registries.edit", id, { host: present.host, username });
    return createCheck(tx, actor, { id, host: present.host, version: version + 1 });
  });
  await ringRun(runId);
  return readView(id);
}

/** Forgets an account and destroys its password. Services that were deployed with it keep what Swarm was given. */
export async function removeCredential(actor: UserActor, id: string): Promise<void> {
  authorize(actor, "registries.manage");
  await transaction(async (tx) => {
    const present = await tx.registryCredential.findUnique({ where: { id } });
    if (!present) throw notFound("registry account");
    await tx.registryCredential.delete({ where: { id } });
    await deleteSecret(tx, registrySecretName(id));
    await audit(tx, actor, "registries.remove", id, { host: present.host, username: present.username });
  });
}
