import { randomUUID } from "node:crypto";
import { db, Prisma, type Tx } from "#lib/platform/db/client.ts";
import { isDuplicate } from "#lib/platform/db/transaction.ts";
import { AppError, conflict } from "#lib/platform/errors.ts";
import type { StepContext } from "#lib/steps/types.ts";
import { isSameStanding, standingFrom } from "../sync/content.ts";
import type { DesiredRow } from "../sync/plan-types.ts";
import { nextSent, toDesiredRow } from "../sync/rows.ts";
import type { Zone } from "../types.ts";
import { ASKED_AGAIN, STAYS } from "./lock-rows.ts";

export interface WantedRecord {
  name: string;
  type: string;
  ttl: number;
  values: string[];
}

export const OWNED_BY_OTHER = "dns.owned_by_other";
export const CLAIMED_MEANWHILE = "dns.claimed_meanwhile";

const ownedByOther = (name: string, type: string, owner: string) =>
  conflict(OWNED_BY_OTHER, `The ${type} record of ${name} belongs to ${owner}.`, "Choose another name.");

async function readRow(tx: Tx, zoneId: string, name: string, type: string) {
  return tx.dnsRecord.findUnique({
    where: { zoneId_name_type: { zoneId, name, type } },
    include: { service: { select: { name: true } }, owner: { select: { displayName: true } } },
  });
}

/** Our mark on a record: the row that says this service has it. Throws when it is another's; undefined: nobody's. */
export async function findOwnRow(
  zone: Zone,
  { name, type }: { name: string; type: string },
  serviceId: string | null,
  tx: Tx = db(),
): Promise<DesiredRow | undefined> {
  const row = zone.id === null ? null : await readRow(tx, zone.id, name, type);
  if (!row || row.state === "removed") return undefined;
  if (row.serviceId !== serviceId)
    throw ownedByOther(name, type, row.service?.name ?? row.owner?.displayName ?? "the panel itself");
  return toDesiredRow(row);
}

/** Whether the row says already what is wanted, so that nothing is to be claimed. */
export const isClaimed = (own: DesiredRow | undefined, wanted: WantedRecord): own is DesiredRow =>
  own !== undefined &&
  (own.state === "in_sync" || own.state === "pending") &&
  isSameStanding(standingFrom(own.wanted), standingFrom(wanted));

/** The row as it would be with the wanted content. */
export function toClaim(own: DesiredRow | undefined, { name, type, ttl, values }: WantedRecord): DesiredRow {
  const nothing = { applied: null, sent: null, overwrite: null, id: randomUUID(), version: 1 };
  return {
    ...{ ...nothing, ...own, name, type, wanted: { ttl, values } },
    ...{ state: "pending", leaving: false, observed: null, changeId: null, error: null },
  };
}

/** Marks the record as this service's, with what is about to be sent, before Route 53 hears of it. Of two services that want one name, one gets it. */
export async function claimRecord(
  ctx: StepContext,
  zone: Zone & { id: string },
  wanted: WantedRecord,
): Promise<Pick<DesiredRow, "id" | "version" | "sent">> {
  const { name, type, ttl, values } = wanted;
  const content = { ttl, values };
  const serviceId = ctx.service?.id ?? null;
  const fields = { ...ASKED_AGAIN, ...STAYS, ttl, values, serviceId, state: "pending" };
  const select = { id: true, version: true };
  try {
    return await ctx.write(async (tx) => {
      const own = await findOwnRow(zone, wanted, serviceId, tx);
      const version = { increment: 1 };
      if (own) {
        const sent = nextSent(own, content);
        const data = { ...fields, version, sent: sent as unknown as Prisma.InputJsonObject };
        return { ...(await tx.dnsRecord.update({ where: { id: own.id }, data, select })), sent };
      }
      const removed = await readRow(tx, zone.id, name, type);
      if (!removed) {
        const data = { id: randomUUID(), zoneId: zone.id, name, type, ...fields, sent: content };
        return { ...(await tx.dnsRecord.create({ data, select })), sent: content };
      }
      const clean = { applied: Prisma.DbNull, sent: content, overwrite: Prisma.DbNull };
      const anew = { ownerId: null, expiresAt: null, remindedDays: null };
      const taken = await tx.dnsRecord.updateMany({
        where: { id: removed.id, state: "removed" },
        data: { ...fields, ...clean, ...anew, version, createdAt: new Date(), syncedAt: null },
      });
      if (taken.count === 0) throw ownedByOther(name, type, "another service since a moment ago");
      return { id: removed.id, version: removed.version + 1, sent: content };
    });
  } catch (error) {
    if (!isDuplicate(error)) throw error;
    throw new AppError({
      code: CLAIMED_MEANWHILE,
      message: `Another run has just taken the ${type} record of ${name}.`,
      retry: "retry",
      cause: error,
    });
  }
}

/** The service gives the record up; the next pass takes it out of Route 53, if it is what the panel put there. */
export async function releaseRecord(ctx: StepContext, id: string): Promise<void> {
  const version = { increment: 1 };
  const data = { state: "removing", removedAt: new Date(), removedReason: "undone", ...ASKED_AGAIN, version };
  await ctx.write((tx) => tx.dnsRecord.update({ where: { id }, data }));
}
