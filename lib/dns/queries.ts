import { authorize } from "#lib/access/policy.ts";
import type { Actor } from "#lib/access/types.ts";
import { db, type Tx } from "#lib/platform/db/client.ts";
import type { RecordView } from "./types.ts";

const toValues = (json: unknown): string[] => (Array.isArray(json) ? json.map(String) : []);

/** The records the panel keeps for one service, or for all; removed ones are left out. Takes explicit arguments, for steps. */
export async function readRecords(tx: Tx, { serviceId }: { serviceId?: string | null }): Promise<RecordView[]> {
  const rows = await tx.dnsRecord.findMany({
    where: { state: { not: "removed" }, ...(serviceId === undefined ? {} : { serviceId }) },
    include: { service: { select: { id: true, name: true } }, zone: { select: { name: true } } },
    orderBy: [{ name: "asc" }, { type: "asc" }],
  });
  return rows.map((row) => ({
    id: row.id,
    zone: row.zone.name,
    name: row.name,
    type: row.type,
    ttl: row.ttl,
    values: toValues(row.values),
    state: row.state,
    error: row.error,
    service: row.service,
    createdAt: row.createdAt.toISOString(),
    syncedAt: row.syncedAt?.toISOString() ?? null,
  }));
}

/** The records of a service, or of all services, for a page. */
export async function listRecords(actor: Actor, filter: { serviceId?: string } = {}): Promise<RecordView[]> {
  authorize(actor, "services.read");
  return readRecords(db(), filter);
}
