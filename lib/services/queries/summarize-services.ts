import type { Tx } from "#lib/platform/db/client.ts";
import type { ServiceState } from "../constants.ts";
import type { ServiceSummary } from "../types.ts";
import { RUN_LINK, toRunLink } from "./run-link.ts";

/** What a summary needs of a service, as Prisma selects it. */
export const SERVICE_ROW = {
  id: true,
  name: true,
  purpose: true,
  state: true,
  createdAt: true,
  owner: { select: { id: true, displayName: true } },
  environments: { select: { stackName: true } },
} as const;

export interface ServiceRow {
  id: string;
  name: string;
  purpose: string;
  state: string;
  createdAt: Date;
  owner: { id: string; displayName: string };
  environments: { stackName: string }[];
}

async function readLastRuns(tx: Tx, serviceIds: string[]) {
  const last = await tx.run.groupBy({
    by: ["serviceId"],
    where: { serviceId: { in: serviceIds }, mode: { in: ["apply", "undo"] } },
    _max: { id: true },
  });
  const runs = await tx.run.findMany({
    where: { id: { in: last.flatMap((one) => one._max.id ?? []) } },
    select: { ...RUN_LINK, serviceId: true },
  });
  return new Map(runs.map((run) => [run.serviceId, toRunLink(run)]));
}

async function readReplicas(tx: Tx, stackNames: string[]) {
  const rows = await tx.swarmService.groupBy({
    by: ["stack"],
    where: { stack: { in: stackNames } },
    _sum: { desired: true, running: true },
    _min: { observedAt: true },
  });
  return new Map(
    rows.map((row) => [
      row.stack,
      {
        running: row._sum.running ?? 0,
        desired: row._sum.desired ?? 0,
        observedAt: (row._min.observedAt ?? new Date(0)).toISOString(),
      },
    ]),
  );
}

/** Rows for lists and pages: a fixed number of queries for any number of services. */
export async function summarizeServices(tx: Tx, rows: readonly ServiceRow[]): Promise<ServiceSummary[]> {
  const ids = rows.map((row) => row.id);
  const [claims, replicas, runs, backups, certificates] = await Promise.all([
    tx.serviceClaim.findMany({
      where: { serviceId: { in: ids }, kind: "hostname" },
      select: { serviceId: true, value: true },
    }),
    readReplicas(
      tx,
      rows.flatMap((row) => row.environments.map((one) => one.stackName)),
    ),
    readLastRuns(tx, ids),
    tx.backup.groupBy({
      by: ["serviceId"],
      where: { serviceId: { in: ids }, state: "verified" },
      _max: { finishedAt: true },
    }),
    tx.certificate.groupBy({
      by: ["serviceId"],
      where: { serviceId: { in: ids }, state: "issued" },
      _max: { notAfter: true },
    }),
  ]);
  const hostnames = Map.groupBy(claims, (claim) => claim.serviceId);
  const restorable = new Map(backups.map((one) => [one.serviceId, one._max.finishedAt]));
  const until = new Map(certificates.map((one) => [one.serviceId, one._max.notAfter]));
  return rows.map((row) => ({
    id: row.id,
    name: row.name,
    purpose: row.purpose,
    state: row.state as ServiceState,
    owner: { id: row.owner.id, name: row.owner.displayName },
    // The shortest is the one people use; direct.… and others follow.
    hostnames: (hostnames.get(row.id) ?? [])
      .map((claim) => claim.value)
      .sort((a, b) => a.length - b.length || a.localeCompare(b)),
    replicas: row.environments.map((one) => replicas.get(one.stackName)).find((one) => one !== undefined) ?? null,
    lastRun: runs.get(row.id) ?? null,
    restorableAsOf: restorable.get(row.id)?.toISOString() ?? null,
    certificateUntil: until.get(row.id)?.toISOString() ?? null,
    createdAt: row.createdAt.toISOString(),
  }));
}
