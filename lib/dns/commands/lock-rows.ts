import { Prisma, type Tx } from "#lib/platform/db/client.ts";
import { conflict, notFound } from "#lib/platform/errors.ts";
import { RECORD_ROW, type RecordRow } from "../queries/record-row.ts";

/** What every change by a person sets on a row, so that the sync sees that nothing is under way for the new content. */
export const ASKED_AGAIN = { changeId: null, error: null, observed: Prisma.DbNull };

/** What a change that keeps a record sets besides: whatever was asked before, it is not leaving. */
export const STAYS = { removedAt: null, removedReason: null };

/** Two changes of one zone wait for each other, so that what was looked at stays so until it is written. */
export async function lockZone(tx: Tx, zoneId: string): Promise<void> {
  await tx.$queryRaw`SELECT id FROM DnsZone WHERE id = ${zoneId} FOR UPDATE`;
}

interface Owner {
  ownerId?: string | null;
  serviceId?: string | null;
}

/** What is counted of somebody does not change while their row is held: the service's, else the person's. */
export async function lockOwner(tx: Tx, owner: Owner | null): Promise<void> {
  if (owner?.serviceId) await tx.$queryRaw`SELECT id FROM Service WHERE id = ${owner.serviceId} FOR UPDATE`;
  else if (owner?.ownerId) await tx.$queryRaw`SELECT id FROM User WHERE id = ${owner.ownerId} FOR UPDATE`;
}

/** The record, held until the transaction ends. */
export async function lockRecord(tx: Tx, id: string): Promise<RecordRow> {
  await tx.$queryRaw`SELECT id FROM DnsRecord WHERE id = ${id} FOR UPDATE`;
  const row = await tx.dnsRecord.findUnique({ where: { id }, include: RECORD_ROW });
  if (!row) throw notFound("record");
  return row;
}

/** Refuses a change of something the asker has not seen. */
export function assertVersion({ version }: Pick<RecordRow, "version">, seen: number | undefined): void {
  if (seen !== undefined && seen !== version)
    throw conflict(
      "dns.changed_meanwhile",
      "Somebody changed this record while you had it open.",
      "Look at it as it is now, then change it again.",
    );
}
