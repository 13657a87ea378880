import { setTimeout as delay } from "node:timers/promises";
import { listContainerNames, listVolumeHolders } from "#lib/integrations/docker/containers.ts";
import { isInUse } from "#lib/integrations/docker/errors.ts";
import { findService, listTasks, removeService } from "#lib/integrations/docker/services.ts";
import { findNetwork, findVolume, listNodes, removeNetwork, removeVolume } from "#lib/integrations/docker/swarm.ts";
import { AppError } from "#lib/platform/errors.ts";
import type { LedgerResource, StepContext } from "#lib/steps/types.ts";
import { isOwnedBy, KINDS, LABELS, type Owner } from "./names.ts";

const PATIENCE_MS = 120_000;

/** Takes a stack away and proves it gone: services, their tasks and containers, then the network, then the volumes. */
export async function removeStack(resources: LedgerResource[], owner: Owner, ctx: StepContext): Promise<void> {
  const of = (kind: string) => resources.filter((resource) => resource.kind === kind && resource.state !== "gone");
  const services = of(KINDS.service);
  await Promise.all(services.map((service) => removeOneService(service, owner, ctx)));
  for (const network of of(KINDS.network)) await removeOneNetwork(network, owner, ctx);
  for (const volume of of(KINDS.volume)) await removeOneVolume(volume, owner, ctx);
}

/** Made anew by somebody else since, under the same name: not ours to take away. */
async function leaveAlone(kind: string, name: string, ctx: StepContext): Promise<void> {
  ctx.log.warn(`${name} is another one than this step made; it stays`);
  await ctx.ledger.gone(kind, name);
}

async function removeOneService({ name, attributes }: LedgerResource, owner: Owner, ctx: StepContext): Promise<void> {
  const present = await findService(name, ctx.signal);
  const isOther = present && typeof attributes.id === "string" && attributes.id !== present.ID;
  if (isOther || (present && !isOwnedBy(present.Spec.Labels, owner))) return leaveAlone(KINDS.service, name, ctx);
  // By id: the tasks of a removed service are found no other way.
  const id = present?.ID ?? (typeof attributes.id === "string" ? attributes.id : undefined);
  if (present) {
    await ctx.guard();
    await removeService(present.ID, ctx.signal);
    ctx.log.info(`Removed service ${name}`);
  }
  if (id) {
    await waitFor(`the tasks of ${name} to end`, ctx, async () => {
      const [tasks, containers] = await Promise.all([
        listTasks({ service: [id] }, ctx.signal).catch(ignoreMissing),
        listContainerNames([`com.docker.swarm.service.id=${id}`], ctx.signal),
      ]);
      ctx.progress(`${tasks.length} tasks left`);
      return tasks.length === 0 && containers.length === 0;
    });
  }
  if (await findService(name, ctx.signal)) throw new Error(`service ${name} is still there`);
  await ctx.ledger.gone(KINDS.service, name);
}

/** Swarm refuses to list the tasks of a service it no longer knows: then there are none. */
function ignoreMissing(error: unknown): never[] {
  if (error instanceof AppError && (error.code === "docker.not_found" || error.code === "docker.refused")) return [];
  throw error;
}

async function removeOneNetwork({ name, providerId }: LedgerResource, owner: Owner, ctx: StepContext): Promise<void> {
  const present = await findNetwork(name, ctx.signal);
  if (present && !isOwnedBy(present.Labels, owner)) return leaveAlone(KINDS.network, name, ctx);
  await waitFor(`network ${name} to be free`, ctx, async () => {
    if (!(await findNetwork(name, ctx.signal))) return true;
    await ctx.guard();
    try {
      await removeNetwork(name, ctx.signal);
    } catch (error) {
      if (!isInUse(error)) throw error;
      return false;
    }
    ctx.log.info(`Removed network ${name}`);
    return false; // Looked for once more: removal is answered before it is done.
  });
  await ctx.ledger.gone(KINDS.network, providerId);
}

async function removeOneVolume({ name, providerId }: LedgerResource, owner: Owner, ctx: StepContext): Promise<void> {
  const present = await findVolume(name, ctx.signal);
  if (present && !isOwnedBy(present.Labels, owner)) return leaveAlone(KINDS.volume, name, ctx);
  if (present) {
    await waitFor(`volume ${name} to be free`, ctx, async () => {
      await ctx.guard();
      try {
        await removeVolume(name, ctx.signal);
        return true;
      } catch (error) {
        if (!isInUse(error)) throw error;
        await refuseForeignHolder(name, ctx);
        return false;
      }
    });
    ctx.log.info(`Removed volume ${name} with its data`);
  } else if ((await listNodes(ctx.signal)).length > 1) {
    ctx.log.warn(`Volume ${name} is not on the manager's node. If its task ran elsewhere, remove it there by hand`);
  }
  await ctx.ledger.gone(KINDS.volume, providerId);
}

/** A task's, or one the panel throws away when it has done its work. */
const isPassing = (labels: Record<string, string>) => "com.docker.swarm.task.id" in labels || LABELS.scratch in labels;

/** The service's own containers go by themselves; somebody else's have to be looked at. */
async function refuseForeignHolder(name: string, ctx: StepContext): Promise<void> {
  const holders = await listVolumeHolders(name, ctx.signal);
  const foreign = holders.filter(({ labels }) => !isPassing(labels)).map((holder) => holder.name);
  if (foreign.length === 0) return;
  throw new AppError({
    code: "stack.volume_held",
    message: `The volume ${name} is held by ${foreign.length === 1 ? "the container" : "the containers"} ${foreign.join(", ")}, which the panel did not make.`,
    advice: "Remove what holds it, or have its owner do it, then retry.",
    retry: "needs_person",
  });
}

async function waitFor(what: string, ctx: StepContext, isDone: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + PATIENCE_MS;
  for (let pause = 50; !(await isDone()); pause = Math.min(pause * 1.5, 1_000)) {
    if (Date.now() > deadline)
      throw new AppError({
        code: "stack.still_there",
        message: `Waited two minutes for ${what}.`,
        advice: "Look at what still holds it, then try again.",
        retry: "retry",
      });
    await delay(pause, undefined, { signal: ctx.signal });
  }
}
