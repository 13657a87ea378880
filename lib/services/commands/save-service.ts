import type { UserActor } from "#lib/access/types.ts";
import type { ProvisionContext } from "#lib/checklists/types.ts";
import { canonicalJson, sha256 } from "#lib/platform/crypto.ts";
import type { Prisma, Tx } from "#lib/platform/db/client.ts";
import { isDuplicate } from "#lib/platform/db/transaction.ts";
import { conflict } from "#lib/platform/errors.ts";
import { deleteSecret, storeSecret } from "#lib/secrets/commands.ts";
import { findSecret } from "#lib/secrets/queries.ts";
import { draftSecretName, secretFullName } from "../naming.ts";
import type { Claim } from "../queries/provision-context.ts";
import type { Answers } from "../schema/answers.ts";

const taken = (what: string) =>
  conflict("service.taken", `${what} has just been taken by another service.`, "Change the answer and plan again.");

/** The service, its production environment and the next version of its frozen answers. Returns that version. */
export async function saveService(tx: Tx, actor: UserActor, context: ProvisionContext): Promise<number> {
  const { answers, names, serviceId } = context;
  const { name, purpose, ownerId } = answers.identity;
  const present = await tx.service.findUnique({ where: { id: serviceId }, select: { state: true } });
  if (!present || present.state === "retired") {
    const person = await tx.user.findUnique({ where: { username: name }, select: { id: true } });
    if (person)
      throw conflict("service.taken", `${name} is somebody's user name.`, "Choose another name and plan again.");
  }
  try {
    if (present)
      await tx.service.update({
        where: { id: serviceId },
        data: { name, purpose, ownerId, state: "provisioning", retiredAt: null, version: { increment: 1 } },
      });
    else await tx.service.create({ data: { id: serviceId, name, purpose, ownerId, state: "provisioning" } });
    await tx.environment.upsert({
      where: { serviceId_name: { serviceId, name: names.environment } },
      create: { id: serviceId, serviceId, name: names.environment, stackName: names.stackName },
      update: { stackName: names.stackName },
    });
  } catch (error) {
    throw isDuplicate(error) ? taken(`The name ${name}`) : error;
  }
  const last = await tx.answers.findFirst({
    where: { serviceId },
    orderBy: { version: "desc" },
    select: { version: true },
  });
  const version = (last?.version ?? 0) + 1;
  await tx.answers.create({
    data: {
      serviceId,
      version,
      answers: answers as unknown as Prisma.InputJsonObject,
      hash: sha256(canonicalJson(answers)),
      byId: actor.id,
    },
  });
  return version;
}

/**
 * Claims what the service has for itself. Older claims of its own stay until it is retired: what an earlier run made
 * under them may still be there.
 */
export async function claimForService(tx: Tx, serviceId: string, claims: readonly Claim[]): Promise<void> {
  const present = await tx.serviceClaim.findMany({ where: { OR: claims.map(({ kind, value }) => ({ kind, value })) } });
  const foreign = present.find((claim) => claim.serviceId !== serviceId);
  if (foreign) throw taken(foreign.value);
  const own = new Set(present.map((claim) => `${claim.kind} ${claim.value}`));
  const missing = claims.filter((claim) => !own.has(`${claim.kind} ${claim.value}`));
  try {
    await tx.serviceClaim.createMany({ data: missing.map((claim) => ({ ...claim, serviceId })) });
  } catch (error) {
    throw isDuplicate(error) ? taken("A name, a port or a folder of this service") : error;
  }
}

export async function saveDependencies(tx: Tx, serviceId: string, answers: Answers): Promise<void> {
  const { dependsOn } = answers.identity;
  const services = await tx.service.findMany({
    where: { name: { in: dependsOn.map((one) => one.service) } },
    select: { id: true, name: true },
  });
  const reasons = new Map(dependsOn.map((one) => [one.service, one.reason]));
  await tx.serviceDependency.deleteMany({ where: { serviceId } });
  await tx.serviceDependency.createMany({
    data: services.map(({ id, name }) => ({ serviceId, dependsOnId: id, reason: reasons.get(name) ?? "" })),
  });
}

/** Values given while drafting get the service's own names; whatever was given and is not used any more is forgotten. */
export async function moveSecrets(tx: Tx, draftId: string, serviceId: string, answers: Answers): Promise<void> {
  const prefix = draftSecretName(draftId, "");
  const given = await tx.secret.findMany({
    where: { name: { startsWith: prefix }, deletedAt: null },
    select: { name: true },
    distinct: ["name"],
  });
  for (const { name } of given) {
    const short = name.slice(prefix.length);
    const isUsed = answers.secrets.others.some((one) => one.name === short && one.source === "stored");
    const secret = isUsed ? await findSecret(tx, name) : null;
    if (secret)
      await storeSecret(tx, { name: secretFullName(answers.identity.name, short), value: secret.value, serviceId });
    await deleteSecret(tx, name);
  }
}
