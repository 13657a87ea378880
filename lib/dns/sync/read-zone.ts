import type { RequestOptions } from "#lib/integrations/route53/client.ts";
import { findRecordsAt, listRecords, type RecordSet } from "#lib/integrations/route53/records.ts";
import type { DesiredRow } from "./plan-types.ts";
import { readRows } from "./rows.ts";
import type { StoredZone } from "./zone-rows.ts";

/** These names alone, whatever waits, or the whole zone. */
export type SyncScope = { names: readonly string[] } | "pending" | "full";

export interface ZoneReading {
  rows: DesiredRow[];
  sets: RecordSet[];
  /** Whether `sets` is all of the zone. */
  whole: boolean;
}

const PAGE = 300;
/** Looked up one by one rather than by reading the zone, when nobody knows how large it is. */
const FEW_NAMES = 10;
const AT_ONCE = 4;

async function readWhole(zone: StoredZone, options: RequestOptions): Promise<ZoneReading> {
  const sets: RecordSet[] = [];
  for await (const page of listRecords(zone.providerZoneId, options)) sets.push(...page);
  // After the listing, which takes a while: what was edited meanwhile is seen.
  return { rows: await readRows(zone.id), sets, whole: true };
}

async function readNames(zone: StoredZone, names: readonly string[], options: RequestOptions): Promise<ZoneReading> {
  const sets: RecordSet[] = [];
  const queue = [...new Set(names)];
  const work = async () => {
    for (let name = queue.pop(); name !== undefined; name = queue.pop())
      sets.push(...(await findRecordsAt(zone.providerZoneId, name, options)));
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return { rows: await readRows(zone.id, { names }), sets, whole: false };
}

/** What the rows want and what stands in Route 53, with as few requests as the scope allows. */
export async function readZone(zone: StoredZone, scope: SyncScope, options: RequestOptions): Promise<ZoneReading> {
  if (scope === "full") return readWhole(zone, options);
  if (scope !== "pending") return readNames(zone, scope.names, options);
  const names = [...new Set((await readRows(zone.id, { waiting: true })).map(({ name }) => name))];
  const pages = Math.ceil(zone.setCount / PAGE);
  return names.length > Math.max(FEW_NAMES, pages) ? readWhole(zone, options) : readNames(zone, names, options);
}
