import { readClaims } from "#lib/backups/queries/read-claims.ts";
import { Prisma, type Tx } from "#lib/platform/db/client.ts";
import { RUN_LINK, toRunLink } from "#lib/runs/queries/run-link.ts";
import type { ServiceState } from "../constants.ts";
import type { ServiceSummary } from "../types.ts";

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

/** Since when everything of a service can provably be brought back: the oldest of its claims, also of data that has no policy. */
async function readRestorable(tx: Tx, serviceIds: string[]): Promise<Map<string | null, Date | null>> {
  const { claims } = await readClaims(tx, { serviceIds });
  const asOf = new Map<string | null, Date | null>();
  for (const { policyId, serviceId, proven, enabled } of claims) {
    if (policyId !== null && !enabled && proven === null) continue;
    const [before, at] = [asOf.get(serviceId), proven?.startedAt ?? null];
    asOf.set(serviceId, before === undefined || at === null || (before !== null && at < before) ? at : before);
  }
  return asOf;
}

interface Newest {
  id: string;
  lastRunId: number | null;
  certificateUntil: Date | null;
}

/** The newest of each kind by service: each found at the end of an index, however long a service's history is. */
async function readNewest(tx: Tx, serviceIds: string[]): Promise<Newest[]> {
  if (serviceIds.length === 0) return [];
  return tx.$queryRaw<Newest[]>`
    SELECT s.id,
           (SELECT r.id FROM Run r WHERE r.serviceId = s.id AND r.mode IN ('apply', 'undo')
             ORDER BY r.id DESC LIMIT 1) AS lastRunId,
           (SELECT MAX(c.notAfter) FROM Certificate c WHERE c.serviceId = s.id AND c.state = 'issued') AS certificateUntil
      FROM Service s WHERE s.id IN (${Prisma.join(serviceIds)})`;
}

async function readRuns(tx: Tx, newest: readonly Newest[]) {
  const runs = await tx.run.findMany({
    where: { id: { in: newest.flatMap((one) => one.lastRunId ?? []) } },
    select: RUN_LINK,
  });
  return new Map(runs.map((run) => [run.id, toRunLink(run)]));
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
  const [claims, replicas, newest, restorable] = await Promise.all([
    tx.serviceClaim.findMany({
      where: { serviceId: { in: ids }, kind: "hostname" },
      select: { serviceId: true, value: true },
    }),
    readReplicas(
      tx,
      rows.flatMap((row) => row.environments.map((one) => one.stackName)),
    ),
    readNewest(tx, ids),
    readRestorable(tx, ids),
  ]);
  const runs = await readRuns(tx, newest);
  const hostnames = Map.groupBy(claims, (claim) => claim.serviceId);
  const newestOf = new Map(newest.map((one) => [one.id, one]));
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
    lastRun: runs.get(Number(newestOf.get(row.id)?.lastRunId)) ?? null,
    restorableAsOf: restorable.get(row.id)?.toISOString() ?? null,
    certificateUntil: newestOf.get(row.id)?.certificateUntil?.toISOString() ?? null,
    createdAt: row.createdAt.toISOString(),
  }));
}
