import { findService, listTasks } from "#lib/integrations/docker/services.ts";
import { listNodes } from "#lib/integrations/docker/swarm.ts";
import { db } from "#lib/platform/db/client.ts";
import { AppError } from "#lib/platform/errors.ts";
import { findSwap } from "#lib/releases/queries/find-swap.ts";
import { assertStillMay } from "#lib/runs/assert-still-may.ts";
import { defineStep } from "#lib/steps/define-step.ts";
import type { PlanResult, StepContext } from "#lib/steps/types.ts";
import { appServiceName, databaseServiceName, isOwnedBy } from "#lib/swarm/names.ts";
import { hostsOf } from "../copy/where.ts";
import { listUpstreams } from "../queries/read-context.ts";
import { type CheckInput, checkInput } from "../schema/steps.ts";

interface CheckOutput {
  fromHost: string;
  toHost: string;
}

/** Asked of Docker itself, right before anything is made: is it where the plan says, and can the other host take it? */
export const movesCheck = defineStep({
  name: "moves.check",
  queue: "provisioning",
  input: checkInput,
  plan: planCheck,
  apply: applyCheck,
  verify: async () => ({ ok: true, reason: "It was looked at when it moved." }),
  undo: async () => {},
});

async function planCheck(input: CheckInput, ctx: StepContext): Promise<PlanResult> {
  const reasons = await findObstacles(input, ctx);
  return {
    changes: [{ action: "check", kind: "host", name: input.toHost }],
    warnings: [...reasons, ...(input.stagingWaiver ? [`Staging does not go first: ${input.stagingWaiver}`] : [])],
  };
}

async function applyCheck(input: CheckInput, ctx: StepContext): Promise<CheckOutput> {
  if (input.newUpstream !== null && !listUpstreams().includes(input.newUpstream))
    await assertStillMay(ctx.run.requestedById, "moves.setUpstream");
  const reasons = await findObstacles(input, ctx);
  if (reasons.length > 0)
    throw new AppError({
      code: "moves.cannot",
      message: `It cannot move now. ${reasons.join(" ")}`,
      advice: "Mend it, then retry this step. Nothing was touched.",
      retry: "needs_person",
    });
  if (input.stagingWaiver) ctx.log.warn(`Staging does not go first: ${input.stagingWaiver}`);
  ctx.log.info(`${input.stackName} runs on ${input.fromHost}; ${input.toHost} is ready to take it`);
  return { fromHost: input.fromHost, toHost: input.toHost };
}

async function findObstacles(input: CheckInput, ctx: StepContext): Promise<string[]> {
  const { stackName, copyStackName, fromHost, toHost } = input;
  const reasons: string[] = [];
  const nodes = await listNodes(ctx.signal);
  for (const host of [fromHost, toHost]) {
    const named = nodes.filter((node) => node.Description.Hostname === host);
    const [node] = named;
    if (!node) reasons.push(`The swarm has no node ${host}.`);
    else if (named.length > 1) reasons.push(`${named.length} nodes of the swarm are called ${host}.`);
    else if (node.Status.State !== "ready") reasons.push(`${host} is ${node.Status.State}, not ready.`);
    else if (node.Spec.Availability !== "active") reasons.push(`${host} is set to ${node.Spec.Availability}.`);
  }
  const names = [appServiceName(stackName), ...(input.hasDatabase ? [databaseServiceName(stackName)] : [])];
  for (const name of names) {
    const service = await findService(name, ctx.signal);
    if (!service) reasons.push(`The swarm has no service ${name}.`);
    else {
      const hosts = await hostsOf(await listTasks({ service: [service.ID] }, ctx.signal), ctx.signal);
      const elsewhere = hosts.filter((host) => host !== fromHost);
      if (elsewhere.length > 0) reasons.push(`${name} runs on ${elsewhere.join(" and ")} too.`);
      else if (hosts.length === 0) reasons.push(`${name} has no running task on ${fromHost}.`);
    }
  }
  reasons.push(...(await findForeignCopy(copyStackName, ctx)));
  if (ctx.service && ctx.environment) {
    const swap = await findSwap({ serviceId: ctx.service.id, name: ctx.environment }, db());
    if (swap) reasons.push(swap);
  }
  return reasons;
}

/** A stack of that name that is somebody else's would be met only after the first copy. */
async function findForeignCopy(copyStackName: string, ctx: StepContext): Promise<string[]> {
  if (!ctx.service || !ctx.environment) return [];
  const owner = { stackName: copyStackName, serviceName: ctx.service.name, environment: ctx.environment };
  const found = await findService(appServiceName(copyStackName), ctx.signal);
  return found && !isOwnedBy(found.Spec.Labels, owner) ? [`There is a stack ${copyStackName} of somebody else.`] : [];
}
