import { setTimeout as delay } from "node:timers/promises";
import { alreadyExists, isConflict } from "#lib/integrations/docker/errors.ts";
import { createService, findService, type ServiceSpec, updateService } from "#lib/integrations/docker/services.ts";
import { createOverlayNetwork, findNetwork, findVolume, listSecrets } from "#lib/integrations/docker/swarm.ts";
import { AppError } from "#lib/platform/errors.ts";
import { findRegistryAuth } from "#lib/registries/queries/find-registry-auth.ts";
import type { StepContext } from "#lib/steps/types.ts";
import { keepOthers, needsUpdate } from "./compare-spec.ts";
import { isOwnedBy, KINDS, LABELS, type Owner, ownerLabels } from "./names.ts";

const MAX_TRIES = 6;
const FOREIGN_LOOKS = 4;
const FOREIGN_PAUSE_MS = 100;

export const foreign = (kind: string, name: string) =>
  new AppError({
    code: `${kind}.foreign`,
    message: `There is already a ${kind} ${name} in the swarm that is not this service's.`,
    advice:
      "Rename the service, or have an administrator look at who made it. The panel never takes over what it did not make.",
    status: 409,
  });

/** Whether this step made (or was about to make) it: then a second try notes it again, else it stays its maker's. */
export async function isMine(ctx: StepContext, kind: string, providerId: string): Promise<boolean> {
  return (await ctx.ledger.list()).some((entry) => entry.kind === kind && entry.providerId === providerId);
}

export async function ensureNetwork(name: string, owner: Owner, ctx: StepContext): Promise<string> {
  const entry = { kind: KINDS.network, providerId: name, name };
  for (let attempt = 1; ; attempt++) {
    const present = await findNetwork(name, ctx.signal);
    if (present) {
      if (!isOwnedBy(present.Labels, owner) || present.Driver !== "overlay") {
        // While a node joins a network just made, the engine shows it for a moment without its labels.
        if (attempt >= FOREIGN_LOOKS) throw foreign("network", name);
        await delay(FOREIGN_PAUSE_MS * attempt, undefined, { signal: ctx.signal });
        continue;
      }
      if (await isMine(ctx, entry.kind, name)) await ctx.ledger.record({ ...entry, attributes: { id: present.Id } });
      return present.Id;
    }
    await ctx.ledger.plan(entry);
    await ctx.guard();
    try {
      const { id } = await createOverlayNetwork({ name, labels: ownerLabels(owner) }, ctx.signal);
      await ctx.ledger.record({ ...entry, attributes: { id } });
      ctx.log.info(`Created network ${name}`);
      return id;
    } catch (error) {
      if (!alreadyExists(error) || attempt >= MAX_TRIES) throw error;
    }
  }
}

const imageOf = ({ TaskTemplate: template }: ServiceSpec): string =>
  (template && "ContainerSpec" in template && template.ContainerSpec?.Image) || "";

export type Ensured = "created" | "updated" | "kept";

/** Makes the service be as the spec says: creates it, updates it on a difference only, and leaves anybody else's alone. */
export async function ensureService(spec: ServiceSpec, owner: Owner, ctx: StepContext): Promise<Ensured> {
  const name = spec.Name;
  const entry = { kind: KINDS.service, providerId: name, name };
  const auth = await findRegistryAuth(imageOf(spec), ctx);
  for (let attempt = 1; ; attempt++) {
    const present = await findService(name, ctx.signal);
    try {
      if (!present) {
        await ctx.ledger.plan(entry);
        await ctx.guard();
        const { id } = await createService(spec, ctx.signal, auth);
        await ctx.ledger.record({ ...entry, attributes: { id } });
        ctx.log.info(`Created service ${name} (${id})`);
        return "created";
      }
      if (!isOwnedBy(present.Spec.Labels, owner)) throw foreign("service", name);
      if (await isMine(ctx, entry.kind, name)) await ctx.ledger.record({ ...entry, attributes: { id: present.ID } });
      if (!needsUpdate(present, spec)) {
        ctx.log.info(`Service ${name} is already as it should be`);
        return "kept";
      }
      await ctx.guard();
      await updateService(present, keepOthers(present, spec), ctx.signal, auth);
      ctx.log.info(`Updated service ${name}`);
      return "updated";
    } catch (error) {
      // Somebody was faster: look again. Whose it is, is asked again too.
      if (!(isConflict(error) || alreadyExists(error)) || attempt >= MAX_TRIES) throw error;
      ctx.log.info(`Service ${name} changed at the same moment; looking again`);
    }
  }
}

/** A secret that a stack uses; without a version the newest there is. */
export interface WantedSecret {
  name: string;
  version?: number | undefined;
}

/** The swarm secret behind each name. A secret of another service, or nobody's, is not handed out. */
export async function resolveSecrets(
  wanted: readonly WantedSecret[],
  owner: Owner,
  signal: AbortSignal,
): Promise<Map<string, { id: string; name: string }>> {
  const secrets = await listSecrets([`${LABELS.service}=${owner.serviceName}`], signal);
  const version = (secret: (typeof secrets)[number]) => Number(secret.Spec.Labels[LABELS.secretVersion] ?? 0);
  const found = new Map<string, { id: string; name: string }>();
  for (const { name, version: frozen } of wanted) {
    const newest = secrets
      .filter((secret) => secret.Spec.Labels[LABELS.secret] === name)
      .filter((secret) => frozen === undefined || version(secret) === frozen)
      .sort((a, b) => version(b) - version(a))[0];
    if (!newest)
      throw new AppError({
        code: "secret.missing",
        message: `The swarm has no secret ${name}${frozen === undefined ? "" : ` in version ${frozen}`} of the service ${owner.serviceName}.`,
        advice: "Retry the step that puts it there.",
      });
    found.set(name, { id: newest.ID, name: newest.Spec.Name });
  }
  return found;
}

/**
 * Looks at the volumes before Swarm makes them with the first task. Those that are not there yet are this step's; one that
 * is must be the service's own.
 */
export async function claimVolumes(names: readonly string[], owner: Owner, ctx: StepContext): Promise<void> {
  for (const name of names) {
    const present = await findVolume(name, ctx.signal);
    if (present && !isOwnedBy(present.Labels, owner)) throw foreign("volume", name);
    if (!present) await ctx.ledger.plan({ kind: KINDS.volume, providerId: name, name });
  }
}

/** After the tasks run: the planned volumes are there. */
export async function recordVolumes(names: readonly string[], ctx: StepContext): Promise<void> {
  for (const name of names)
    if (await isMine(ctx, KINDS.volume, name)) await ctx.ledger.record({ kind: KINDS.volume, providerId: name, name });
}
