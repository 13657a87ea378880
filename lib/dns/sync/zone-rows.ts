import { db, type Tx } from "#lib/platform/db/client.ts";
import { notFound } from "#lib/platform/errors.ts";
import type { Zone } from "../types.ts";

export interface StoredZone extends Zone {
  id: string;
  setCount: number;
  heldReason: string | null;
  heldPlanHash: Uint8Array | null;
  allowedPlanHash: Uint8Array | null;
  syncedAt: Date | null;
}

export async function readZoneRow(zoneId: string): Promise<StoredZone> {
  const row = await db().dnsZone.findUnique({ where: { id: zoneId } });
  if (!row) throw notFound("zone");
  return { ...row, nameServers: Array.isArray(row.nameServers) ? row.nameServers.map(String) : [] };
}

const isSame = (a: Uint8Array | null, b: Uint8Array) => a !== null && Buffer.compare(a, b) === 0;
export const isAllowed = ({ allowedPlanHash }: Pick<StoredZone, "allowedPlanHash">, planHash: Uint8Array) =>
  isSame(allowedPlanHash, planHash);

/** Stops the zone for a person. A plan other than the one held before asks anew. */
export async function holdZone(
  tx: Tx,
  zone: Pick<StoredZone, "id" | "heldPlanHash" | "heldReason">,
  reason: string,
  planHash: Uint8Array<ArrayBuffer>,
): Promise<void> {
  if (isSame(zone.heldPlanHash, planHash) && zone.heldReason === reason) return;
  await tx.dnsZone.update({
    where: { id: zone.id },
    data: { heldReason: reason, heldPlanHash: planHash, heldAt: new Date(), allowedPlanHash: null },
  });
}

/** The plan needs nobody's leave, or uses up the one it has: a leave is for once. */
export async function releaseZone(tx: Tx, zoneId: string): Promise<void> {
  await tx.dnsZone.update({
    where: { id: zoneId },
    data: { heldReason: null, heldPlanHash: null, heldAt: null, allowedPlanHash: null },
  });
}

/** A full pass has read the whole zone. */
export async function noteFullPass(tx: Tx, zoneId: string, setCount: number): Promise<void> {
  await tx.dnsZone.update({ where: { id: zoneId }, data: { setCount, syncedAt: new Date() } });
}
