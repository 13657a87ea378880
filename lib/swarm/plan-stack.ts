import { parseImage, pinImage } from "#lib/integrations/docker/images.ts";
import { findService, listServices } from "#lib/integrations/docker/services.ts";
import { findNetwork, findVolume, listNodes } from "#lib/integrations/docker/swarm.ts";
import { config } from "#lib/platform/config/config.ts";
import { findRegistryAuth } from "#lib/registries/queries/find-registry-auth.ts";
import { folderOf } from "#lib/services/naming.ts";
import type { PlannedChange, PlanResult, StepContext } from "#lib/steps/types.ts";
import { foreign } from "./ensure.ts";
import { appServiceName, databaseServiceName, isOwnedBy } from "./names.ts";
import { assertSafeSpec } from "./safety.ts";
import type { StackInput } from "./schema.ts";
import { buildStack } from "./stack-spec.ts";

/** What the stack step would do, with the digests it would do it with. Touches nothing. */
export async function planStack(input: StackInput, ctx: StepContext): Promise<PlanResult> {
  const { app, database, stackName } = input;
  assertSafe(input);
  const pin = async (image: string) => pinImage(image, ctx.signal, await findRegistryAuth(image, ctx));
  const [appImage, databaseImage] = await Promise.all([
    pin(input.appImagePinned ?? app.image),
    database ? pin(input.databaseImagePinned ?? database.image) : undefined,
  ]);
  const changes: PlannedChange[] = [await planNetwork(input, ctx)];
  const volumes = new Set(app.mounts.flatMap((mount) => (mount.kind === "volume" ? [mount.source] : [])));
  if (database) volumes.add(database.volumeName);
  for (const name of volumes) changes.push(await planVolume(name, input, ctx));
  if (database && databaseImage)
    changes.push(await planService(databaseServiceName(stackName), describeTasks(1, databaseImage), input, ctx));
  changes.push(await planService(appServiceName(stackName), describeTasks(app.replicas, appImage), input, ctx));
  return {
    changes,
    pinned: { appImagePinned: appImage, ...(databaseImage ? { databaseImagePinned: databaseImage } : {}) },
    warnings: [...(await findNodeTroubles(input, ctx)), ...(await findPortTroubles(input, ctx))],
  };
}

/** The same check as before the real thing, so that the plan already says no. */
function assertSafe(input: StackInput): void {
  const { app, database } = input;
  const names = [...app.secrets.map((secret) => secret.swarmName)];
  if (database) names.push(database.passwordSecret, database.rootPasswordSecret);
  const specs = buildStack(input, {
    networkId: "planned",
    secrets: new Map(names.map((name) => [name, { id: "planned", name }])),
    publishMode: config().SWARM_PUBLISH_MODE,
    endpointMode: config().SWARM_ENDPOINT_MODE,
    stepId: 0,
  });
  const serviceFolder = folderOf(input.serviceName, config().SERVICES_ROOT, input.environment);
  for (const spec of specs) assertSafeSpec(spec, { serviceFolder, networkId: "planned" });
}

function describeTasks(replicas: number, image: string): string {
  const { name, digest } = parseImage(image);
  return `${replicas} ${replicas === 1 ? "task" : "tasks"} of ${name} at ${digest?.slice(0, 19) ?? "no digest"}`;
}

async function planNetwork(input: StackInput, ctx: StepContext): Promise<PlannedChange> {
  const name = input.networkName;
  const present = await findNetwork(name, ctx.signal);
  if (present && !isOwnedBy(present.Labels, input)) throw foreign("network", name);
  return { action: present ? "keep" : "create", kind: "network", name };
}

async function planVolume(name: string, input: StackInput, ctx: StepContext): Promise<PlannedChange> {
  const present = await findVolume(name, ctx.signal);
  if (present && !isOwnedBy(present.Labels, input)) throw foreign("volume", name);
  const detail = present ? "with the data it holds" : "empty; removed with its data when this is undone";
  return { action: present ? "keep" : "create", kind: "volume", name, detail };
}

async function planService(name: string, detail: string, input: StackInput, ctx: StepContext): Promise<PlannedChange> {
  const present = await findService(name, ctx.signal);
  if (present && !isOwnedBy(present.Spec.Labels, input)) throw foreign("service", name);
  return { action: present ? "change" : "create", kind: "service", name, detail };
}

async function findNodeTroubles({ app }: StackInput, ctx: StepContext): Promise<string[]> {
  const { hostname, nodeLabel } = app.placement;
  const [key = "", value] = nodeLabel?.split("=") ?? [];
  const fitting = (await listNodes(ctx.signal)).filter(
    (node) =>
      node.Status.State === "ready" &&
      node.Spec.Availability === "active" &&
      (!hostname || node.Description.Hostname === hostname) &&
      (!nodeLabel || node.Spec.Labels[key] === value),
  );
  if (fitting.length === 0) return ["No node that is ready fits the service's host and label. It would not start."];
  const onHost = config().SWARM_PUBLISH_MODE === "host" && app.ports.length > 0;
  if (onHost && app.replicas > fitting.length)
    return [`Ports are published on the node itself, so only ${fitting.length} of ${app.replicas} tasks can run.`];
  return [];
}

async function findPortTroubles({ app, stackName }: StackInput, ctx: StepContext): Promise<string[]> {
  const wanted = new Set(app.ports.map((port) => `${port.published}/${port.protocol}`));
  if (wanted.size === 0) return [];
  const own = appServiceName(stackName);
  return (await listServices([], ctx.signal))
    .filter((service) => service.Spec.Name !== own)
    .flatMap((service) => readPorts(service.Spec).map((port) => ({ port, name: service.Spec.Name })))
    .filter(({ port }) => wanted.has(port))
    .map(({ port, name }) => `Port ${port} is already published by ${name}.`);
}

function readPorts(spec: Record<string, unknown>): string[] {
  const endpoint = spec.EndpointSpec as { Ports?: { PublishedPort?: number; Protocol?: string }[] } | undefined;
  return (endpoint?.Ports ?? []).map((port) => `${port.PublishedPort}/${port.Protocol ?? "tcp"}`);
}
