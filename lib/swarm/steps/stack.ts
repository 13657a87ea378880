import { parseImage, pinImage } from "#lib/integrations/docker/images.ts";
import { findService, listTasks, type ServiceSpec } from "#lib/integrations/docker/services.ts";
import { config } from "#lib/platform/config/config.ts";
import { findRegistryAuth } from "#lib/registries/queries/find-registry-auth.ts";
import { folderOf } from "#lib/services/naming.ts";
import { defineStep } from "#lib/steps/define-step.ts";
import type { StepContext, VerifyResult } from "#lib/steps/types.ts";
import { assessService, explainTask } from "../assess.ts";
import { readEndedTasks, waitUntilConverged } from "../converge.ts";
import {
  claimVolumes,
  ensureNetwork,
  ensureService,
  recordVolumes,
  resolveSecrets,
  type WantedSecret,
} from "../ensure.ts";
import { findLeftInSwarm } from "../find-left.ts";
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
  findLeft: findLeftInSwarm,
});

async function applyStack(raw: StackInput, ctx: StepContext): Promise<StackOutput> {
  const input = await pinImages(raw, ctx);
  await redactServiceSecrets(ctx);
  const before = await readEndedTasks(input.stackName, ctx.signal);
  const secrets = await resolveSecrets(listWantedSecrets(input), input, ctx.signal);
  const build = (networkId: string) => {
    const specs = buildStack(input, { networkId, secrets, ...readFacts(ctx) });
    for (const spec of specs) assertSafeSpec(spec, { serviceFolder, networkId });
    return specs;
  };
  const serviceFolder = folderOf(input.serviceName, config().SERVICES_ROOT, input.environment);
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
  const pin = async (image: string) => pinImage(image, ctx.signal, await findRegistryAuth(image, ctx));
  const [appImagePinned, databaseImagePinned] = await Promise.all([
    input.appImagePinned ?? pin(app.image),
    database ? (input.databaseImagePinned ?? pin(database.image)) : undefined,
  ]);
  return { ...input, appImagePinned, ...(databaseImagePinned ? { databaseImagePinned } : {}) };
}

/** What the settings say and who makes it. */
export const readFacts = (ctx: StepContext) => ({
  publishMode: config().SWARM_PUBLISH_MODE,
  endpointMode: config().SWARM_ENDPOINT_MODE,
  stepId: ctx.step.id,
});

/** The app's in the versions that were frozen, if any were; the database keeps the ones it was made with. */
export function listWantedSecrets({ app, database }: StackInput): WantedSecret[] {
  const wanted = new Map<string, WantedSecret>();
  if (database) wanted.set(database.passwordSecret, { name: database.passwordSecret });
  if (database && database.engine !== "postgresql")
    wanted.set(database.rootPasswordSecret, { name: database.rootPasswordSecret });
  for (const { swarmName, version } of app.secrets) wanted.set(swarmName, { name: swarmName, version });
  return [...wanted.values()];
}

const listMounts = (spec: ServiceSpec): { Type?: string; Source?: string }[] =>
  (spec.TaskTemplate && "ContainerSpec" in spec.TaskTemplate && spec.TaskTemplate.ContainerSpec?.Mounts) || [];

/** Names of the volumes that services mount. */
export const listVolumes = (specs: readonly ServiceSpec[]): string[] =>
  specs.flatMap((spec) =>
    listMounts(spec).flatMap((mount) => (mount.Type === "volume" && mount.Source ? [mount.Source] : [])),
  );

export const hasHealthCheck = (spec: ServiceSpec) =>
  Boolean(
    spec.TaskTemplate &&
      "ContainerSpec" in spec.TaskTemplate &&
      spec.TaskTemplate.ContainerSpec &&
      "Healthcheck" in spec.TaskTemplate.ContainerSpec,
  );

/** Each of its services is there, with the image and the number of tasks that are wanted, and every task runs. */
async function verifyStack(input: StackInput, ctx: StepContext): Promise<VerifyResult> {
  const { app, database, stackName } = input;
  const wanted = [{ name: appServiceName(stackName), image: input.appImagePinned, replicas: app.replicas }];
  if (database) wanted.push({ name: databaseServiceName(stackName), image: input.databaseImagePinned, replicas: 1 });
  for (const one of wanted) {
    const wrong = await findWrong(one, ctx.signal);
    if (wrong) return { ok: false, reason: wrong };
  }
  const names = wanted.map(({ name }) => name).join(" and ");
  return { ok: true, reason: `${names}: every task runs, with the right image.` };
}

async function findWrong(
  { name, image, replicas }: { name: string; image: string | undefined; replicas: number },
  signal: AbortSignal,
): Promise<string | null> {
  const service = await findService(name, signal);
  if (!service) return `The swarm has no service ${name}.`;
  const present = service.Spec.TaskTemplate.ContainerSpec?.Image;
  if (image && present !== image) return `${name} runs ${present}, not ${image}.`;
  const tasks = await listTasks({ service: [service.ID] }, signal);
  const { running, desired, converged, failed, homeless } = assessService(service, tasks, new Set());
  if (desired !== replicas) return `${name} is to run ${desired} tasks, not ${replicas}: somebody scaled it.`;
  if (converged) return null;
  const last = failed.at(-1);
  const why = homeless?.Status.Err ?? (last ? explainTask(last) : "");
  return `${name} has ${running} of ${desired} tasks running${why ? `: ${why.replace(/\.$/, "")}` : ""}.`;
}
