import { findService } from "#lib/integrations/docker/services.ts";
import { findNetwork } from "#lib/integrations/docker/swarm.ts";
import { AppError } from "#lib/platform/errors.ts";
import { defineStep } from "#lib/steps/define-step.ts";
import type { LedgerResource, PlanResult, StepContext, VerifyResult } from "#lib/steps/types.ts";
import { appServiceName, databaseServiceName, isOwnedBy, KINDS } from "#lib/swarm/names.ts";
import { removeStack } from "#lib/swarm/remove-stack.ts";
import { stopService } from "../copy/stop-service.ts";
import { type PlaceInput, placeInput } from "../schema/steps.ts";

/** The copy's services and network go, proven; its volumes, which are the service's own from now on, stay. */
export const movesClear = defineStep({
  name: "moves.clear",
  queue: "provisioning",
  input: placeInput,
  plan: planClear,
  apply: applyClear,
  verify: verifyClear,
  undo: undoClear,
});

const namesOf = ({ copyStackName }: PlaceInput) => ({
  services: [appServiceName(copyStackName), databaseServiceName(copyStackName)],
  network: `${copyStackName}_default`,
});

async function planClear(input: PlaceInput): Promise<PlanResult> {
  return { changes: [{ action: "remove", kind: "stack", name: input.copyStackName, detail: "its volumes stay" }] };
}

function ownerOf({ copyStackName }: PlaceInput, { service, environment }: StepContext) {
  if (!service || !environment) throw new AppError({ code: "moves.no_service", message: "The run is of no service." });
  return { stackName: copyStackName, serviceName: service.name, environment };
}

async function applyClear(input: PlaceInput, ctx: StepContext): Promise<{ removed: string[] }> {
  const owner = ownerOf(input, ctx);
  const { services, network } = namesOf(input);
  const present: LedgerResource[] = [];
  const take = async (kind: string, name: string, id: string) => {
    const entry = { kind, providerId: name, name, attributes: { id } };
    // Taken over from the step that made it: whoever takes it away notes that it is gone.
    await ctx.ledger.record(entry);
    present.push({ ...entry, id: name, state: "present" });
  };
  for (const name of services) {
    const found = await findService(name, ctx.signal);
    if (!found || !isOwnedBy(found.Spec.Labels, owner)) continue;
    await stopService(name, ctx);
    await take(KINDS.service, name, found.ID);
  }
  const found = await findNetwork(network, ctx.signal);
  if (found && isOwnedBy(found.Labels, owner)) await take(KINDS.network, network, found.Id);
  await removeStack(present, owner, ctx);
  await forgetGone(input, ctx);
  return { removed: present.map(({ name }) => name) };
}

/** Of a try that died between taking away and noting it. */
async function forgetGone(input: PlaceInput, ctx: StepContext): Promise<void> {
  for (const entry of await ctx.ledger.list()) await ctx.ledger.gone(entry.kind, entry.providerId);
  ctx.log.info(`Nothing of ${input.copyStackName} runs any more`);
}

async function verifyClear(input: PlaceInput, ctx: StepContext): Promise<VerifyResult> {
  const { services, network } = namesOf(input);
  for (const name of services)
    if (await findService(name, ctx.signal)) return { ok: false, reason: `The swarm has a service ${name} again.` };
  if (await findNetwork(network, ctx.signal)) return { ok: false, reason: `The swarm has a network ${network} again.` };
  return { ok: true, reason: `Nothing of ${input.copyStackName} is in the swarm.` };
}

/** What it had taken over to take away, and had not taken away yet, goes. */
async function undoClear(resources: LedgerResource[], input: PlaceInput, ctx: StepContext): Promise<void> {
  await removeStack(resources, ownerOf(input, ctx), ctx);
}
