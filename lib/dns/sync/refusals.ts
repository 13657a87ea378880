import type { RecordSet } from "#lib/integrations/route53/records.ts";
import { isInZone } from "../names.ts";
import { describeRecord } from "./describe-record.ts";
import type { DesiredRow, PlannedSet, Refusal } from "./plan-types.ts";

/** Refuses a record that cannot be in the zone at all. */
export function refusePlace(row: DesiredRow, zone: string): Refusal | undefined {
  if (!isInZone(row.name, zone))
    return { row, code: "dns.outside_zone", reason: `${row.name} is not in the zone ${zone}.`, rivals: [] };
  if (row.type === "CNAME" && row.name === zone)
    return {
      ...{ row, code: "dns.apex_cname", rivals: [] },
      reason: `${row.name} is the zone itself, which cannot be a CNAME.`,
    };
  return undefined;
}

export const refuseForeign = (row: DesiredRow, rivals: readonly RecordSet[]): Refusal => ({
  ...{ row, code: "dns.foreign_record", rivals: [...rivals] },
  reason: `${row.name} already has a record of type ${row.type} that the panel did not make: ${rivals.map(describeRecord).join("; ")}.`,
});

const refuseCname = (row: DesiredRow, rivalType: string, rivals: RecordSet[]): Refusal => ({
  ...{ row, code: "dns.cname_conflict", rivals },
  reason:
    row.type === "CNAME"
      ? `${row.name} cannot be a CNAME: it already has a record of type ${rivalType}, and a CNAME stands alone.`
      : `${row.name} is a CNAME already, so it can have no ${row.type} record beside it.`,
});

/** Creations that would stand beside a CNAME, or be one beside something else, once the plan is done. */
export function findCnameConflicts(sets: readonly RecordSet[], changes: readonly PlannedSet[]): Refusal[] {
  const creations = changes.filter(({ action }) => action === "create");
  if (creations.length === 0) return [];
  const names = new Set(creations.map(({ name }) => name));
  const removed = new Set(changes.filter(({ action }) => action === "remove").map(({ before }) => before));
  const standing = Map.groupBy(
    sets.filter((set) => names.has(set.name) && !removed.has(set)),
    ({ name }) => name,
  );
  const created = Map.groupBy(creations, ({ name }) => name);
  return creations.flatMap(({ row, name, type }) => {
    const isRival = (other: { type: string }) => other.type !== type && (type === "CNAME" || other.type === "CNAME");
    const rivals = (standing.get(name) ?? []).filter(isRival);
    // Of two that are new, the CNAME is the one that cannot stand beside the other.
    const rivalType = rivals[0]?.type ?? (type === "CNAME" ? created.get(name)?.find(isRival)?.type : undefined);
    return rivalType === undefined ? [] : [refuseCname(row, rivalType, rivals)];
  });
}
