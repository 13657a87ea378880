import type { Actor } from "#lib/access/types.ts";
import { isFailing, sortClaims, summarizeClaims } from "#lib/backups/queries/judge-claims.ts";
import { readClaims } from "#lib/backups/queries/read-claims.ts";
import type { Tx } from "#lib/platform/db/client.ts";
import { readTicksHealth } from "#lib/ticks/queries/read-score.ts";
import type { HomeView } from "../types.ts";

const SHOWN = 10;
const DAY_MS = 86_400_000;

async function readCounts(tx: Tx) {
  const rows = await tx.service.groupBy({ by: ["state"], _count: { _all: true } });
  const count = (state: string) => rows.find((row) => row.state === state)?._count._all ?? 0;
  return { live: count("live"), provisioning: count("provisioning"), failed: count("failed") };
}

/** The certificates that end first: services' and the reader's own. */
async function readCertificates(tx: Tx, actor: Actor) {
  const own = actor.kind === "system" || actor.roles.includes("admin") ? {} : { ownerId: actor.id };
  const rows = await tx.certificate.findMany({
    where: {
      state: "issued",
      notAfter: { not: null },
      OR: [{ serviceId: null, ...own }, { service: { state: { not: "retired" } } }],
    },
    orderBy: { notAfter: "asc" },
    take: SHOWN,
    select: { id: true, names: true, notAfter: true, service: { select: { name: true } } },
  });
  return rows.flatMap((row) =>
    row.notAfter
      ? [
          {
            id: row.id,
            names: row.names.split(","),
            service: row.service?.name ?? null,
            notAfter: row.notAfter.toISOString(),
            daysLeft: Math.floor((row.notAfter.getTime() - Date.now()) / DAY_MS),
          },
        ]
      : [],
  );
}

/** What could least be brought back, and how much of everything needs a look. */
async function readBackups(tx: Tx): Promise<HomeView["health"]["backups"]> {
  const all = await readClaims(tx);
  const begun = all.claims.filter((claim) => claim.serviceId !== null || claim.policyId !== null);
  const { services, asScheduled, overdue, failing, tooOld, unreachable } = summarizeClaims(all);
  return {
    ...{ services, asScheduled, overdue, failing, tooOld, unreachable },
    lines: begun.length,
    worst: sortClaims(begun, "worst")
      .slice(0, SHOWN)
      .map((claim) => ({
        service: claim.service,
        environment: claim.environment,
        policyId: claim.policyId,
        policy: claim.policy,
        asOf: claim.proven?.startedAt.toISOString() ?? null,
        restoreMs: claim.proven?.restoreMs ?? null,
        overdueSince: claim.overdueSince?.toISOString() ?? null,
        proofOverdueSince: claim.proofOverdueSince?.toISOString() ?? null,
        targetFailingSince: claim.targetFailingSince?.toISOString() ?? null,
        tooOld: claim.tooOld,
        failing: isFailing(claim),
      })),
  };
}

/** Live services that run fewer replicas than they should, with the last reason a task gave. */
async function readFailing(tx: Tx) {
  const short = await tx.swarmService.findMany({
    where: { running: { lt: tx.swarmService.fields.desired } },
    select: { id: true, stack: true, running: true, desired: true },
    take: SHOWN * 5,
  });
  if (short.length === 0) return [];
  const environments = await tx.environment.findMany({
    where: { stackName: { in: short.flatMap((one) => one.stack ?? []) }, service: { state: "live" } },
    select: { stackName: true, service: { select: { name: true } } },
  });
  const errors = await tx.swarmTask.findMany({
    where: { serviceId: { in: short.map((one) => one.id) }, error: { not: null } },
    orderBy: { at: "desc" },
    select: { serviceId: true, error: true },
    take: SHOWN * 20,
  });
  const nameOf = new Map(environments.map((one) => [one.stackName, one.service.name]));
  return short
    .flatMap((one) => {
      const service = one.stack ? nameOf.get(one.stack) : undefined;
      const reason = errors.find((task) => task.serviceId === one.id)?.error ?? null;
      return service ? [{ service, running: one.running, desired: one.desired, reason }] : [];
    })
    .slice(0, SHOWN);
}

async function readRecordHealth(tx: Tx) {
  const [counts, heldZones] = await Promise.all([
    tx.dnsRecord.groupBy({ by: ["state"], where: { state: { in: ["error", "drift"] } }, _count: { _all: true } }),
    tx.dnsZone.findMany({
      where: { heldReason: { not: null } },
      orderBy: { name: "asc" },
      select: { id: true, name: true },
      take: SHOWN,
    }),
  ]);
  const count = (state: string) => counts.find((row) => row.state === state)?._count._all ?? 0;
  return { refused: count("error"), drifted: count("drift"), heldZones };
}

/** How everything is, worst first. */
export async function readHealth(tx: Tx, actor: Actor): Promise<HomeView["health"]> {
  const [services, certificates, backups, checklists, failing, records] = await Promise.all([
    readCounts(tx),
    readCertificates(tx, actor),
    readBackups(tx),
    readTicksHealth(tx, SHOWN),
    readFailing(tx),
    readRecordHealth(tx),
  ]);
  return { services, certificates, backups, checklists, failing, records };
}
