import { join } from "node:path";
import { parseImage, pinImage } from "#lib/integrations/docker/images.ts";
import { findService, listTasks, type ServiceSpec } from "#lib/integrations/docker/services.ts";
import { config } from "#lib/platform/config/config.ts";
import { defineStep } from "#lib/steps/define-step.ts";
import type { StepContext, VerifyResult } from "#lib/steps/types.ts";
import { assessService } from "../assess.ts";
import { readEndedTasks, waitUntilConverged } from "../converge.ts";
import { claimVolumes, ensureNetwork, ensureService, recordVolumes, resolveSecrets } from "../ensure.ts";
import { appServiceName, databaseServiceName } from "../names.ts";
import { planStack } from "../plan-stack.ts";
import { removeStack } from "../remove-stack.ts";
import { assertSafeSpec } from "../safety.ts";
import { type StackInput, stackInputSchema } from "../schema.ts";
import { buildStack } from "../stack-spec.ts";
import { redactServiceSecrets } from "./redact-secrets.ts";

export interface StackOutput {
  services: { name: string; id: string; image: string; digest: string; desired: number; running: number }[];
}

/** A service's stack on the swarm: network, app and database. Done only when everything runs. */
export const swarmStack = defineStep({
  name: "swarm.stack",
  queue: "provisioning",
  input: stackInputSchema,
  maxAttempts: 8,
  timeoutMs: 60 * 60_000,
  plan: planStack,
  apply: applyStack,
  verify: verifyStack,
  undo: removeStack,
});

async function applyStack(raw: StackInput, ctx: StepContext): Promise<StackOutput> {
  const input = await pinImages(raw, ctx);
  await redactServiceSecrets(ctx);
  const before = await readEndedTasks(input.stackName, ctx.signal);
  const secrets = await resolveSecrets(listSecretNames(input), input, ctx.signal);
  const build = (networkId: string) => {
    const specs = buildStack(input, { networkId, secrets, ...readFacts(ctx) });
    for (const spec of specs) assertSafeSpec(spec, { serviceFolder, networkId });
    return specs;
  };
  const serviceFolder = join(config().SERVICES_ROOT, input.serviceName);
  build("not yet"); // Refused before anything is made.
  const specs = build(await ensureNetwork(input.networkName, input, ctx));
  const volumes = listVolumes(specs);
  await claimVolumes(volumes, input, ctx);
  await Promise.all(specs.map((spec) => ensureService(spec, input, ctx)));
  const done = await waitUntilConverged(
    {
      stackName: input.stackName,
      services: new Map(specs.map((spec) => [spec.Name, { hasHealthCheck: hasHealthCheck(spec) }])),
      before,
      timeoutMs: config().SWARM_CONVERGE_TIMEOUT_S * 1000,
      first: new Set(input.database ? [databaseServiceName(input.stackName)] : []),
    },
    ctx,
  );
  await recordVolumes(volumes, ctx);
  return {
    services: done.map(({ service, assessment }) => {
      const image = service.Spec.TaskTemplate.ContainerSpec?.Image ?? "";
      const { desired, running } = assessment;
      return {
        name: service.Spec.Name,
        id: service.ID,
        image,
        digest: parseImage(image).digest ?? "",
        desired,
        running,
      };
    }),
  };
}

/** What was reviewed; a run that was never planned looks the digests up itself. */
async function pinImages(input: StackInput, ctx: StepContext): Promise<StackInput> {
  const { app, database } = input;
  const [appImagePinned, databaseImagePinned] = await Promise.all([
    input.appImagePinned ?? pinImage(app.image, ctx.signal),
    database ? (input.databaseImagePinned ?? pinImage(database.image, ctx.signal)) : undefined,
  ]);
  return { ...input, appImagePinned, ...(databaseImagePinned ? { databaseImagePinned } : {}) };
}

const readFacts = (ctx: StepContext) => ({
  publishMode: config().SWARM_PUBLISH_MODE,
  endpointMode: config().SWARM_ENDPOINT_MODE,
  stepId: ctx.step.id,
});

function listSecretNames({ app, database }: StackInput): string[] {
  const names = app.secrets.map((secret) => secret.swarmName);
  if (database) names.push(database.passwordSecret);
  if (database && database.engine !== "postgresql") names.push(database.rootPasswordSecret);
  return [...new Set(names)];
}

const listMounts = (spec: ServiceSpec): { Type?: string; Source?: string }[] =>
  (spec.TaskTemplate && "ContainerSpec" in spec.TaskTemplate && spec.TaskTemplate.ContainerSpec?.Mounts) || [];

const listVolumes = (specs: ServiceSpec[]): string[] =>
  specs.flatMap((spec) =>
    listMounts(spec).flatMap((mount) => (mount.Type === "volume" && mount.Source ? [mount.Source] : [])),
  );

const hasHealthCheck = (spec: ServiceSpec) =>
  Boolean(
    spec.TaskTemplate &&
      "ContainerSpec" in spec.TaskTemplate &&
      spec.TaskTemplate.ContainerSpec &&
      "Healthcheck" in spec.TaskTemplate.ContainerSpec,
  );

async function verifyStack(input: StackInput, ctx: StepContext): Promise<VerifyResult> {
  const wanted = new Map([[appServiceName(input.stackName), input.appImagePinned]]);
  if (input.database) wanted.set(databaseServiceName(input.stackName), input.databaseImagePinned);
  for (const [name, image] of wanted) {
    const service = await findService(name, ctx.signal);
    if (!service) return { ok: false, reason: `The swarm has no service ${name}.` };
    const tasks = await listTasks({ service: [service.ID] }, ctx.signal);
    const { running, desired, converged } = assessService(service, tasks, new Set());
    if (!converged) return { ok: false, reason: `${name} has ${running} of ${desired} tasks running.` };
    const present = service.Spec.TaskTemplate.ContainerSpec?.Image;
    if (image && present !== image) return { ok: false, reason: `${name} runs ${present}, not ${image}.` };
  }
  const names = [...wanted.keys()].join(" and ");
  return { ok: true, reason: `${names}: every task runs, with the right image.` };
}
