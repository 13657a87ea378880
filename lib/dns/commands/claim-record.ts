import { randomUUID } from "node:crypto";
import type { RecordContent } from "#lib/integrations/route53/records.ts";
import { db, type Tx } from "#lib/platform/db/client.ts";
import { isDuplicate } from "#lib/platform/db/transaction.ts";
import { AppError, conflict } from "#lib/platform/errors.ts";
import type { StepContext } from "#lib/steps/types.ts";
import type { Zone } from "../types.ts";
import type { WantedRecord } from "./inspect-record.ts";

export interface OwnRow {
  id: string;
  state: string;
  changeId: string | null;
  content: RecordContent;
}

const ownedByOther = (name: string, type: string, owner: string) =>
  conflict("dns.owned_by_other", `The ${type} record of ${name} belongs to ${owner}.`, "Choose another name.");

async function readRow(tx: Tx, zoneId: string, name: string, type: string) {
  return tx.dnsRecord.findUnique({
    where: { zoneId_name_type: { zoneId, name, type } },
    include: { service: { select: { name: true } } },
  });
}

/** Our mark on a record: the row that says this service has it. Throws when it is another service's; undefined: nobody's. */
export async function findOwnRow(
  zone: Zone,
  { name, type }: { name: string; type: string },
  serviceId: string | null,
  tx: Tx = db(),
): Promise<OwnRow | undefined> {
  const row = zone.id === null ? null : await readRow(tx, zone.id, name, type);
  if (!row || row.state === "removed") return undefined;
  if (row.serviceId !== serviceId) throw ownedByOther(name, type, row.service?.name ?? "the panel itself");
  const values = Array.isArray(row.values) ? row.values.map(String) : [];
  return { id: row.id, state: row.state, changeId: row.changeId, content: { ttl: row.ttl, values } };
}

/** Marks the record as this service's before Route 53 hears of it. Of two services that want one name, one gets it. */
export async function claimRecord(
  ctx: StepContext,
  zone: Zone & { id: string },
  wanted: WantedRecord,
  changeId: string | null,
): Promise<string> {
  const { name, type, ttl, values } = wanted;
  const serviceId = ctx.service?.id ?? null;
  const fields = { ttl, values, serviceId, state: "pending", changeId, error: null };
  try {
    return await ctx.write(async (tx) => {
      const own = await findOwnRow(zone, wanted, serviceId, tx);
      if (own) {
        await tx.dnsRecord.update({ where: { id: own.id }, data: fields });
        return own.id;
      }
      const removed = await readRow(tx, zone.id, name, type);
      if (!removed)
        return (await tx.dnsRecord.create({ data: { id: randomUUID(), zoneId: zone.id, name, type, ...fields } })).id;
      const taken = await tx.dnsRecord.updateMany({
        where: { id: removed.id, state: "removed" },
        data: { ...fields, createdAt: new Date(), syncedAt: null },
      });
      if (taken.count === 0) throw ownedByOther(name, type, "another service since a moment ago");
      return removed.id;
    });
  } catch (error) {
    if (!isDuplicate(error)) throw error;
    throw new AppError({
      code: "dns.claimed_meanwhile",
      message: `Another run has just taken the ${type} record of ${name}.`,
      retry: "retry",
      cause: error,
    });
  }
}

/** Follows the record's way: pending, in_sync, error with the provider's reason, removed. */
export async function markRecord(
  ctx: StepContext,
  id: string,
  data: { state: "pending" | "in_sync" | "error" | "removed"; changeId?: string | null; error?: string | null },
): Promise<void> {
  const syncedAt = data.state === "in_sync" ? { syncedAt: new Date() } : {};
  await ctx.write((tx) => tx.dnsRecord.update({ where: { id }, data: { ...data, ...syncedAt } }));
}
