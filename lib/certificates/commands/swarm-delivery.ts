import { createHash } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import { alreadyExists, isConflict, isInUse } from "#lib/integrations/docker/errors.ts";
import type { DockerService } from "#lib/integrations/docker/schema.ts";
import { findService, type ServiceSpec, updateService } from "#lib/integrations/docker/services.ts";
import { createSecret, findSecret, listSecrets, removeSecret } from "#lib/integrations/docker/swarm.ts";
import { config } from "#lib/platform/config/config.ts";
import { AppError } from "#lib/platform/errors.ts";
import type { StepContext } from "#lib/steps/types.ts";
import { readEndedTasks, waitUntilConverged } from "#lib/swarm/converge.ts";
import { LABELS, STACK_LABEL } from "#lib/swarm/names.ts";
import type { SwarmDeliveryOptions } from "../steps/deliver-input.ts";
import type { Deliverable } from "./read-deliverable.ts";

const MAX_TRIES = 6;
const FILES = { crt: "fullchain.pem", key: "privkey.pem" } as const;

interface SecretReference {
  SecretID: string;
  SecretName: string;
  File: { Name: string; UID: string; GID: string; Mode: number };
}

const prefixOf = (certificateId: string) => `certificates.${certificateId}.`;

/** Different for every certificate, the same for every try: secrets never change. */
const nameSecret = ({ id, chainPem, keyPem }: Deliverable, part: keyof typeof FILES) =>
  `${prefixOf(id)}${createHash("sha256").update(chainPem).update(keyPem).digest("hex").slice(0, 8)}.${part}`;

/** The service a certificate may be mounted in: one that the panel made for that very service. */
async function findTarget(target: string, serviceName: string, signal: AbortSignal): Promise<DockerService | null> {
  const present = await findService(target, signal);
  if (!present) return null;
  if (present.Spec.Labels[LABELS.service] === serviceName) return present;
  throw new AppError({
    code: "delivery.foreign_service",
    message: `The swarm's service ${target} was not made by the panel for ${serviceName}.`,
    advice: "Remove this delivery and add one for the right service.",
  });
}

const readReferences = (present: DockerService): SecretReference[] =>
  (present.Spec.TaskTemplate.ContainerSpec?.Secrets ?? []) as SecretReference[];

async function ensureSecret(
  ctx: StepContext,
  certificate: Deliverable,
  part: keyof typeof FILES,
  serviceName: string,
): Promise<{ id: string; name: string }> {
  const name = nameSecret(certificate, part);
  const value = Buffer.from(part === "key" ? certificate.keyPem : certificate.chainPem);
  const labels = { [LABELS.certificate]: certificate.id, [LABELS.service]: serviceName };
  const present = await findSecret(name, ctx.signal);
  if (present) return { id: present.ID, name };
  await ctx.guard();
  try {
    const { id } = await createSecret({ name, value, labels }, ctx.signal);
    ctx.log.info(`Created the secret ${name}`);
    return { id, name };
  } catch (error) {
    if (!alreadyExists(error)) throw error;
    return ensureSecret(ctx, certificate, part, serviceName);
  }
}

/** Gives the service these secrets of the certificate, and none of an earlier one; true when that was a change. */
async function updateReferences(
  ctx: StepContext,
  target: string,
  serviceName: string,
  certificateId: string,
  wanted: readonly SecretReference[],
): Promise<boolean> {
  for (let attempt = 1; ; attempt++) {
    const present = await findTarget(target, serviceName, ctx.signal);
    if (!present) throw noService(target);
    const references = readReferences(present);
    const others = references.filter((one) => !one.SecretName.startsWith(prefixOf(certificateId)));
    const taken = others.find((one) => wanted.some((each) => each.File.Name === one.File.Name));
    if (taken)
      throw new AppError({
        code: "delivery.path_taken",
        message: `${target} already has another secret at ${taken.File.Name}.`,
        advice: "Choose another folder for the certificate.",
      });
    const next = [...others, ...wanted];
    if (isDeepStrictEqual(sortByName(references), sortByName(next))) return false;
    const { TaskTemplate } = present.Spec;
    const spec = {
      ...present.Spec,
      TaskTemplate: { ...TaskTemplate, ContainerSpec: { ...TaskTemplate.ContainerSpec, Secrets: next } },
    } as unknown as ServiceSpec;
    await ctx.guard();
    try {
      await updateService(present, spec, ctx.signal);
      return true;
    } catch (error) {
      if (!isConflict(error) || attempt >= MAX_TRIES) throw error;
      ctx.log.info(`Service ${target} changed at the same moment; looking again`);
    }
  }
}

const sortByName = (references: readonly SecretReference[]) =>
  references
    .map(({ SecretID, SecretName, File: { Name, UID, GID, Mode } }) => ({ SecretID, SecretName, Name, UID, GID, Mode }))
    .sort((a, b) => a.SecretName.localeCompare(b.SecretName));

const noService = (target: string) =>
  new AppError({
    code: "delivery.no_service",
    message: `The swarm has no service ${target}.`,
    advice: "Deploy it, or remove this delivery; then retry.",
  });

async function roll(ctx: StepContext, target: string, before: ReadonlySet<string>): Promise<void> {
  const present = await findService(target, ctx.signal);
  const stackName = present?.Spec.Labels[STACK_LABEL];
  if (!present || !stackName) throw noService(target);
  const hasHealthCheck = Boolean(present.Spec.TaskTemplate.ContainerSpec?.Healthcheck);
  await waitUntilConverged(
    {
      stackName,
      services: new Map([[target, { hasHealthCheck }]]),
      before,
      timeoutMs: config().SWARM_CONVERGE_TIMEOUT_S * 1000,
      first: new Set(),
    },
    ctx,
  );
}

async function readBefore(target: string, signal: AbortSignal): Promise<Set<string>> {
  const stackName = (await findService(target, signal))?.Spec.Labels[STACK_LABEL];
  return stackName ? readEndedTasks(stackName, signal) : new Set();
}

/** Secrets of this certificate that no service has any more. One that is still used elsewhere goes with that service's turn. */
async function removeUnused(ctx: StepContext, certificateId: string, keep: ReadonlySet<string>): Promise<void> {
  const secrets = await listSecrets([`${LABELS.certificate}=${certificateId}`], ctx.signal);
  for (const { ID, Spec } of secrets.filter((one) => !keep.has(one.Spec.Name))) {
    await ctx.guard();
    try {
      await removeSecret(ID, ctx.signal);
      ctx.log.info(`Removed the secret ${Spec.Name}`);
    } catch (error) {
      if (!isInUse(error)) throw error;
    }
  }
}

/** The certificate as two secrets in the service's containers, by a rolling update; done when it has converged. */
export async function deliverToSwarm(
  ctx: StepContext,
  certificate: Deliverable,
  target: string,
  serviceName: string,
  options: SwarmDeliveryOptions,
): Promise<void> {
  if (!(await findTarget(target, serviceName, ctx.signal))) throw noService(target);
  const wanted: SecretReference[] = [];
  for (const part of ["crt", "key"] as const) {
    const { id, name } = await ensureSecret(ctx, certificate, part, serviceName);
    const File = {
      Name: `${options.mountPath}/${FILES[part]}`,
      UID: String(options.uid),
      GID: String(options.gid),
      Mode: Number.parseInt(options.mode, 8),
    };
    wanted.push({ SecretID: id, SecretName: name, File });
  }
  const before = await readBefore(target, ctx.signal);
  const changed = await updateReferences(ctx, target, serviceName, certificate.id, wanted);
  if (changed) ctx.log.info(`Updating ${target} with the certificate ${certificate.serial} in ${options.mountPath}`);
  // Also when nothing changed: an earlier try may have died while it was rolling.
  await roll(ctx, target, before);
  await removeUnused(ctx, certificate.id, new Set(wanted.map((one) => one.SecretName)));
}

/** Takes the certificate out of the service again, and its secrets out of the swarm. No such service is fine too. */
export async function withdrawFromSwarm(
  ctx: StepContext,
  certificateId: string,
  target: string,
  serviceName: string,
): Promise<void> {
  if (await findTarget(target, serviceName, ctx.signal)) {
    const before = await readBefore(target, ctx.signal);
    if (await updateReferences(ctx, target, serviceName, certificateId, [])) await roll(ctx, target, before);
  }
  await removeUnused(ctx, certificateId, new Set());
}

/** Whether the service has this very certificate. */
export async function findInSwarm(target: string, certificate: Deliverable, signal: AbortSignal): Promise<boolean> {
  const present = await findService(target, signal);
  const names = new Set(present ? readReferences(present).map((one) => one.SecretName) : []);
  return names.has(nameSecret(certificate, "crt")) && names.has(nameSecret(certificate, "key"));
}
