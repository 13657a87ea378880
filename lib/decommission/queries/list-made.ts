import type { Prisma } from "#lib/platform/db/client.ts";
import { db } from "#lib/platform/db/client.ts";
import type { LedgerResource } from "#lib/steps/types.ts";

const SELECT = {
  ...{ id: true, kind: true, providerId: true, name: true, state: true, attributes: true, liveKey: true },
  stepId: true,
  stepName: true,
} as const;
type Row = Prisma.ResourceGetPayload<{ select: typeof SELECT }>;

export interface Made {
  resource: LedgerResource;
  stepId: number;
  stepName: string;
}

const toMade = (row: Row): Made => ({
  resource: {
    ...{ id: row.id, kind: row.kind, providerId: row.providerId, name: row.name },
    state: row.state as LedgerResource["state"],
    attributes: row.attributes as Record<string, unknown>,
  },
  stepId: row.stepId,
  stepName: row.stepName,
});

/** What the ledger says is there. */
export async function listLive(serviceId: string): Promise<Made[]> {
  const where = { serviceId, state: { not: "gone" } };
  return (await db().resource.findMany({ where, select: SELECT, orderBy: { createdAt: "asc" } })).map(toMade);
}

/** Names of the steps that ever made something for the service. */
export async function listMakers(serviceId: string): Promise<string[]> {
  const rows = await db().resource.groupBy({ by: ["stepName"], where: { serviceId } });
  return rows.map(({ stepName }) => stepName);
}

/**
 * What these kinds of steps ever made for the service and is said to be gone, each thing once, by its last maker. What another
 * service has since made under the same identity is that one's.
 */
export async function listGone(serviceId: string, stepNames: readonly string[]): Promise<Made[]> {
  const rows = await db().resource.findMany({
    where: { serviceId, state: "gone", stepName: { in: [...stepNames] } },
    select: SELECT,
    orderBy: { goneAt: "asc" },
  });
  const last = new Map(rows.map((row) => [`${row.kind}\0${row.providerId}`, row]));
  const others = await db().resource.findMany({
    where: {
      ...{ serviceId: { not: serviceId }, state: { not: "gone" } },
      providerId: { in: [...last.values()].map((row) => row.providerId) },
    },
    select: { kind: true, providerId: true },
  });
  for (const { kind, providerId } of others) last.delete(`${kind}\0${providerId}`);
  return [...last.values()].map(toMade);
}

/** What of a service is in no ledger and still there in the panel's own tables: one sentence each. */
export async function listBelongings(serviceId: string): Promise<string[]> {
  const [records, policies] = await Promise.all([
    db().dnsRecord.findMany({
      where: { serviceId, state: { not: "removed" } },
      select: { name: true, type: true },
      orderBy: { name: "asc" },
    }),
    db().backupPolicy.findMany({ where: { serviceId, removedAt: null }, select: { name: true, environment: true } }),
  ]);
  return [
    ...records.map(({ name, type }) => `The panel still keeps ${type} ${name} for it.`),
    ...policies.map(({ name, environment }) => `Its backup schedule ${name} (${environment}) has not ended.`),
  ];
}
