import { randomUUID } from "node:crypto";
import type { RecordSet } from "#lib/integrations/route53/records.ts";
import { db, type Tx } from "#lib/platform/db/client.ts";
import { isSameStanding, readStanding, standingOf } from "./content.ts";

const CHUNK = 1_000;

export interface ForeignChanges {
  fresh: RecordSet[];
  gone: string[];
}

const keyOf = (name: string, type: string, setIdentifier: string | null) => `${name} ${type} ${setIdentifier ?? ""}`;

/** What has changed among others' sets since the last full pass. One read, no write. */
export async function compareForeign(zoneId: string, sets: readonly RecordSet[]): Promise<ForeignChanges> {
  const stored = await db().dnsForeignRecord.findMany({ where: { zoneId } });
  const left = new Map(stored.map((row) => [keyOf(row.name, row.type, row.setIdentifier), row]));
  const changes: ForeignChanges = { fresh: [], gone: [] };
  for (const set of sets) {
    const key = keyOf(set.name, set.type, set.setIdentifier);
    const row = left.get(key);
    left.delete(key);
    const known = row && readStanding({ ttl: row.ttl, values: row.values, alias: row.alias });
    if (known && isSameStanding(known, standingOf(set))) continue;
    // One that changed is written anew: two statements for any number of them.
    if (row) changes.gone.push(row.id);
    changes.fresh.push(set);
  }
  changes.gone.push(...[...left.values()].map(({ id }) => id));
  return changes;
}

/** Writes what has changed, and nothing else. */
export async function storeForeign(tx: Tx, zoneId: string, { fresh, gone }: ForeignChanges): Promise<void> {
  const seenAt = new Date();
  for (let at = 0; at < gone.length; at += CHUNK)
    await tx.dnsForeignRecord.deleteMany({ where: { id: { in: gone.slice(at, at + CHUNK) } } });
  for (let at = 0; at < fresh.length; at += CHUNK)
    await tx.dnsForeignRecord.createMany({
      // Another worker may have just seen them too.
      skipDuplicates: true,
      data: fresh.slice(at, at + CHUNK).map(({ name, type, setIdentifier, ttl, values, alias }) => ({
        ...{ id: randomUUID(), zoneId, name, type, setIdentifier: setIdentifier ?? "", ttl, values, alias, seenAt },
      })),
    });
}
