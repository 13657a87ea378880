import { listServices, listTasks } from "#lib/integrations/docker/services.ts";
import { AppError } from "#lib/platform/errors.ts";
import { defineStep } from "#lib/steps/define-step.ts";
import type { StepContext, VerifyResult } from "#lib/steps/types.ts";
import { STACK_LABEL } from "#lib/swarm/names.ts";
import { hostsOf } from "../copy/where.ts";
import { type PlaceInput, placeInput } from "../schema/steps.ts";

/** Nothing of it runs on the old host, so nobody can write there by an old address. Its data stays there. */
export const movesOldOff = defineStep({
  name: "moves.old-off",
  queue: "provisioning",
  input: placeInput,
  plan: async ({ fromHost }) => ({
    changes: [{ action: "check", kind: "host", name: fromHost, detail: "nothing of it runs" }],
  }),
  apply: applyOff,
  verify: verifyOff,
  undo: async () => {},
});

async function findLeft({ stackName, fromHost }: PlaceInput, ctx: StepContext): Promise<string[]> {
  const left: string[] = [];
  for (const service of await listServices([`${STACK_LABEL}=${stackName}`], ctx.signal)) {
    const hosts = await hostsOf(await listTasks({ service: [service.ID] }, ctx.signal), ctx.signal);
    if (hosts.includes(fromHost)) left.push(service.Spec.Name);
  }
  return left;
}

async function applyOff(input: PlaceInput, ctx: StepContext): Promise<void> {
  const left = await findLeft(input, ctx);
  if (left.length > 0)
    throw new AppError({
      code: "moves.still_there",
      message: `${left.join(" and ")} still ${left.length === 1 ? "has" : "have"} a task on ${input.fromHost}.`,
      advice: "Swarm may be about to stop it; the next try asks again.",
      retry: "retry",
    });
  ctx.log.info(`Nothing of ${input.stackName} runs on ${input.fromHost}; its volumes and folder there are untouched`);
}

async function verifyOff(input: PlaceInput, ctx: StepContext): Promise<VerifyResult> {
  const left = await findLeft(input, ctx);
  return left.length === 0
    ? { ok: true, reason: `Nothing of ${input.stackName} runs on ${input.fromHost}.` }
    : { ok: false, reason: `${left.join(" and ")} runs on ${input.fromHost} again.` };
}
