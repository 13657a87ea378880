import { readIssued } from "#lib/certificates/queries/read-issued.ts";
import { readRecords } from "#lib/dns/queries/read-records.ts";
import type { Tx } from "#lib/platform/db/client.ts";
import type { ServiceSummary } from "./types.ts";

async function readRunning(tx: Tx, stacks: string[]): Promise<ServiceSummary["running"]> {
  const services = await tx.swarmService.findMany({
    where: { stack: { in: stacks } },
    include: { tasks: { where: { state: "running" }, select: { nodeId: true } } },
    orderBy: { name: "asc" },
  });
  const nodes = await tx.swarmNode.findMany({ select: { id: true, hostname: true } });
  const hostnames = new Map(nodes.map(({ id, hostname }) => [id, hostname]));
  return services.map(({ name, running, desired, image, tasks }) => ({
    ...{ name, running, desired, image },
    nodes: [...new Set(tasks.map(({ nodeId }) => (nodeId ? hostnames.get(nodeId) : undefined) ?? "").filter(Boolean))],
  }));
}

const covers = (names: readonly string[], host: string) =>
  names.includes(host) || names.includes(`*.${host.split(".").slice(1).join(".")}`);

/** Everything a mail may say about a service; null when there is no such service. Takes explicit arguments, for steps. */
export async function readServiceSummary(
  tx: Tx,
  { serviceId, environment }: { serviceId: string; environment: string | null },
): Promise<ServiceSummary | null> {
  const service = await tx.service.findUnique({ where: { id: serviceId }, include: { environments: true } });
  if (!service) return null;
  const environments = service.environments.filter(({ name }) => environment === null || name === environment);
  const records = await readRecords(tx, { serviceId });
  const issued = await readIssued(tx, { serviceId });
  const backup = await tx.backup.findFirst({
    where: {
      ...{ serviceId, state: "verified", missingAt: null, removedAt: null },
      ...(environment === null ? {} : { environment }),
    },
    orderBy: { startedAt: "desc" },
    select: { startedAt: true },
  });
  const hosts = new Set(records.filter(({ type }) => type !== "TXT").map(({ name }) => name));
  return {
    name: service.name,
    purpose: service.purpose,
    environments: environments.map(({ name }) => name),
    running: await readRunning(
      tx,
      environments.map(({ stackName }) => stackName),
    ),
    hostnames: [...hosts].map((name) => ({ name, https: issued.some(({ names }) => covers(names, name)) })),
    certificates: issued,
    restorableAsOf: backup?.startedAt ?? null,
  };
}
