import { authorize } from "#lib/access/policy.ts";
import type { Actor } from "#lib/access/types.ts";
import { config } from "#lib/platform/config/config.ts";
import { db, type Tx } from "#lib/platform/db/client.ts";
import { notFound } from "#lib/platform/errors.ts";
import { RUN_LINK, toRunLink } from "#lib/runs/queries/run-link.ts";
import type { ServiceState } from "../constants.ts";
import { answersSchema } from "../schema/answers.ts";
import type { ServiceView } from "../types.ts";
import { SERVICE_ROW, summarizeServices } from "./summarize-services.ts";

const RUNS_SHOWN = 10;
const RESOURCES_SHOWN = 200;
const TASKS_SHOWN = 100;
const STATE = { select: { name: true, state: true } } as const;

const toTexts = (json: unknown): string[] => (Array.isArray(json) ? json.map(String) : []);

async function readEnvironments(tx: Tx, environments: { name: string; stackName: string }[]) {
  const services = await tx.swarmService.findMany({
    where: { stack: { in: environments.map((one) => one.stackName) } },
    orderBy: { name: "asc" },
  });
  const tasks = await tx.swarmTask.findMany({
    where: { serviceId: { in: services.map((one) => one.id) } },
    orderBy: { at: "desc" },
    take: TASKS_SHOWN,
  });
  const nodes = await tx.swarmNode.findMany({
    where: { id: { in: tasks.flatMap((task) => task.nodeId ?? []) } },
    select: { id: true, hostname: true },
  });
  const nodeNames = new Map(nodes.map((node) => [node.id, node.hostname]));
  const tasksOf = Map.groupBy(tasks, (task) => task.serviceId);
  return environments.map(({ name, stackName }) => ({
    name,
    stackName,
    services: services
      .filter((service) => service.stack === stackName)
      .map((service) => ({
        name: service.name,
        image: service.image,
        desired: service.desired,
        running: service.running,
        updateState: service.updateState,
        updatedAt: service.updatedAt.toISOString(),
        observedAt: service.observedAt.toISOString(),
        tasks: (tasksOf.get(service.id) ?? []).map((task) => ({
          id: task.id,
          slot: task.slot,
          node: task.nodeId ? (nodeNames.get(task.nodeId) ?? task.nodeId) : null,
          state: task.state,
          desiredState: task.desiredState,
          error: task.error,
          image: task.image,
          at: task.at.toISOString(),
        })),
      })),
  }));
}

async function readRelations(tx: Tx, serviceId: string) {
  const [dependsOn, dependents] = await Promise.all([
    tx.serviceDependency.findMany({ where: { serviceId }, include: { dependsOn: STATE } }),
    tx.serviceDependency.findMany({ where: { dependsOnId: serviceId }, include: { service: STATE } }),
  ]);
  const relate = (service: { name: string; state: string }, reason: string) => ({
    name: service.name,
    state: service.state as ServiceState,
    reason,
  });
  return {
    dependsOn: dependsOn.map((one) => relate(one.dependsOn, one.reason)),
    dependents: dependents.map((one) => relate(one.service, one.reason)),
  };
}

async function readHistory(tx: Tx, serviceId: string) {
  const [runs, resources, last, draft] = await Promise.all([
    tx.run.findMany({
      where: { serviceId, mode: { not: "plan" } },
      orderBy: { id: "desc" },
      take: RUNS_SHOWN,
      select: RUN_LINK,
    }),
    tx.resource.findMany({
      where: { serviceId, state: { in: ["planned", "present"] } },
      orderBy: { createdAt: "asc" },
      take: RESOURCES_SHOWN,
      include: { step: { select: { runId: true } } },
    }),
    tx.answers.findFirst({ where: { serviceId }, orderBy: { version: "desc" } }),
    tx.serviceDraft.findFirst({ where: { serviceId }, orderBy: { updatedAt: "desc" }, select: { id: true } }),
  ]);
  const answers = answersSchema.safeParse(last?.answers);
  return {
    runs: runs.map(toRunLink),
    resources: resources.map((one) => ({
      id: one.id,
      kind: one.kind,
      name: one.name,
      providerId: one.providerId,
      state: one.state as "planned" | "present",
      runId: one.step.runId,
      createdAt: one.createdAt.toISOString(),
      verifiedAt: one.verifiedAt?.toISOString() ?? null,
    })),
    // Answers of an older version of the questions may no longer fit; the page then leaves them out.
    answers: answers.success ? answers.data : null,
    answersVersion: last?.version ?? null,
    draftId: draft?.id ?? null,
  };
}

/** The ports it holds, at the address its names point at. */
async function readPorts(tx: Tx, serviceId: string): Promise<ServiceView["ports"]> {
  const claims = await tx.serviceClaim.findMany({
    where: { kind: "port", serviceId },
    select: { value: true },
    orderBy: { value: "asc" },
  });
  return claims.map(({ value }) => {
    const [published, protocol = "tcp"] = value.split("/");
    return { address: `${config().INGRESS_IPV4}:${published}`, protocol };
  });
}

/** Names of secrets, records and certificates, and whether there are backups: what the service owns outside. */
async function readBelongings(tx: Tx, serviceId: string) {
  const [secrets, records, certificates, backup, policies] = await Promise.all([
    tx.secret.findMany({
      where: { serviceId, deletedAt: null },
      select: { name: true, version: true, createdAt: true },
      orderBy: [{ name: "asc" }, { version: "desc" }],
    }),
    tx.dnsRecord.findMany({
      where: { serviceId, state: { not: "removed" } },
      orderBy: [{ name: "asc" }, { type: "asc" }],
    }),
    tx.certificate.findMany({
      where: { serviceId },
      orderBy: { createdAt: "desc" },
      select: { id: true, names: true, state: true, issuer: true, notAfter: true },
    }),
    tx.backup.findFirst({ where: { serviceId }, select: { id: true } }),
    tx.backupPolicy.count({ where: { serviceId, scope: { not: null } } }),
  ]);
  const newest = new Map<string, (typeof secrets)[number]>();
  for (const secret of secrets) if (!newest.has(secret.name)) newest.set(secret.name, secret);
  return {
    secrets: [...newest.values()].map((one) => ({ ...one, createdAt: one.createdAt.toISOString() })),
    records: records.map((one) => ({
      name: one.name,
      type: one.type,
      values: toTexts(one.values),
      ttl: one.ttl,
      state: one.state,
      syncedAt: one.syncedAt?.toISOString() ?? null,
    })),
    certificates: certificates.map((one) => ({
      ...one,
      names: one.names.split(","),
      notAfter: one.notAfter?.toISOString() ?? null,
    })),
    hasBackups: backup !== null || policies > 0,
  };
}

/** Everything a service's page shows, in a fixed number of queries. */
export async function getService(actor: Actor, name: string): Promise<ServiceView> {
  authorize(actor, "services.read");
  const tx = db();
  const row = await tx.service.findUnique({
    where: { name },
    select: {
      ...SERVICE_ROW,
      ...{ liveAt: true, retiredAt: true, ticksTotal: true, ticksOpen: true },
      environments: { select: { name: true, stackName: true } },
    },
  });
  if (!row) throw notFound("service");
  const [summaries, ports, environments, relations, history, belongings] = await Promise.all([
    summarizeServices(tx, [row]),
    readPorts(tx, row.id),
    readEnvironments(tx, row.environments),
    readRelations(tx, row.id),
    readHistory(tx, row.id),
    readBelongings(tx, row.id),
  ]);
  const [summary] = summaries;
  if (!summary) throw notFound("service");
  return {
    ...summary,
    liveAt: row.liveAt?.toISOString() ?? null,
    retiredAt: row.retiredAt?.toISOString() ?? null,
    ports,
    environments,
    ticks: { total: row.ticksTotal, open: row.ticksOpen },
    ...relations,
    ...history,
    ...belongings,
  };
}
