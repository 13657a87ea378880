import { z } from "zod";
import { authorize } from "#lib/access/policy.ts";
import type { Actor } from "#lib/access/types.ts";
import { db } from "#lib/platform/db/client.ts";
import { notFound } from "#lib/platform/errors.ts";
import type {
  EnvironmentHealth,
  Health,
  ServiceHealth,
  ServiceHealthSummary,
  SwarmServiceView,
  SwarmView,
} from "./types.ts";

/** Older than this, what was seen says nothing about now. */
const STALE_MS = 90_000;

/** What runs of one service, environment by environment, as a worker last saw it. */
export async function getServiceHealth(actor: Actor, serviceName: string): Promise<ServiceHealth> {
  authorize(actor, "swarm.read");
  const service = await db().service.findUnique({
    where: { name: serviceName },
    select: { environments: { orderBy: { name: "asc" } } },
  });
  if (!service) throw notFound("service");
  const stacks = service.environments.map((environment) => environment.stackName);
  const views = await readServices(stacks);
  return {
    serviceName,
    environments: service.environments.map(({ name, stackName }): EnvironmentHealth => {
      const services = views.filter((view) => view.stack === stackName);
      return { environment: name, stackName, ...summarize(services), services };
    }),
  };
}

/** The same in one line for every environment of every service that is not retired. */
export async function listServiceHealth(actor: Actor): Promise<ServiceHealthSummary[]> {
  authorize(actor, "swarm.read");
  const environments = await db().environment.findMany({
    where: { service: { state: { not: "retired" } } },
    select: { name: true, stackName: true, service: { select: { name: true } } },
    orderBy: { stackName: "asc" },
  });
  const rows = await db().swarmService.findMany({
    where: { stack: { in: environments.map((environment) => environment.stackName) } },
    select: { stack: true, desired: true, running: true, observedAt: true },
  });
  const byStack = Map.groupBy(rows, (row) => row.stack);
  return environments.map(({ name, stackName, service }) => ({
    serviceName: service.name,
    environment: name,
    ...summarize((byStack.get(stackName) ?? []).map((row) => ({ ...row, observedAt: row.observedAt.toISOString() }))),
  }));
}

/** Nodes and services of the whole swarm, with the tasks of the panel's own. */
export async function readSwarm(actor: Actor): Promise<SwarmView> {
  authorize(actor, "swarm.read");
  const [nodes, services] = await Promise.all([
    db().swarmNode.findMany({ orderBy: { hostname: "asc" } }),
    readServices(null),
  ]);
  return {
    nodes: nodes.map((node) => ({
      ...node,
      labels: z.record(z.string(), z.string()).catch({}).parse(node.labels),
      observedAt: node.observedAt.toISOString(),
    })),
    services,
  };
}

/** Newest tasks first. Null: all stacks. */
async function readServices(stacks: string[] | null): Promise<SwarmServiceView[]> {
  const [services, nodes] = await Promise.all([
    db().swarmService.findMany({
      where: stacks ? { stack: { in: stacks } } : {},
      include: { tasks: { orderBy: { at: "desc" } } },
      orderBy: { name: "asc" },
    }),
    db().swarmNode.findMany({ select: { id: true, hostname: true } }),
  ]);
  const hostnames = new Map(nodes.map((node) => [node.id, node.hostname]));
  return services.map((service) => ({
    id: service.id,
    name: service.name,
    stack: service.stack,
    image: service.image.split("@")[0] ?? "",
    digest: service.image.split("@")[1] ?? null,
    desired: service.desired,
    running: service.running,
    updateState: service.updateState,
    updatedAt: service.updatedAt.toISOString(),
    observedAt: service.observedAt.toISOString(),
    tasks: service.tasks.map((task) => ({
      id: task.id,
      slot: task.slot,
      node: task.nodeId ? (hostnames.get(task.nodeId) ?? task.nodeId) : null,
      state: task.state,
      desiredState: task.desiredState,
      error: task.error,
      image: task.image,
      at: task.at.toISOString(),
    })),
  }));
}

function summarize(services: readonly { desired: number; running: number; observedAt: string }[]) {
  const desired = services.reduce((sum, service) => sum + service.desired, 0);
  const running = services.reduce((sum, service) => sum + service.running, 0);
  const observedAt = services.map((service) => service.observedAt).sort()[0] ?? null;
  return { desired, running, observedAt, health: judge(services, observedAt) };
}

function judge(services: readonly { desired: number; running: number }[], observedAt: string | null): Health {
  if (observedAt === null || Date.now() - Date.parse(observedAt) > STALE_MS) return "unknown";
  if (services.every((service) => service.running >= service.desired)) return "healthy";
  return services.some((service) => service.desired > 0 && service.running === 0) ? "down" : "degraded";
}
