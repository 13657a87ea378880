import {
  findRecordsAt,
  isPlain,
  isSameContent,
  type RecordContent,
  type RecordSet,
} from "#lib/integrations/route53/records.ts";
import { AppError } from "#lib/platform/errors.ts";
import { isInZone } from "../names.ts";
import type { Zone } from "../types.ts";

export interface WantedRecord extends RecordContent {
  name: string;
  type: string;
}

export type Standing =
  | { kind: "absent" }
  | { kind: "as_wanted"; set: RecordSet }
  /** Ours, with content we gave it before. */
  | { kind: "outdated"; set: RecordSet; content: RecordContent };

/** `A pad.example.org → 203.0.113.9 (TTL 300)`. */
export function describeRecord(
  set: Pick<RecordSet, "name" | "type" | "ttl" | "values"> & { alias?: string | null },
): string {
  const target = set.alias ? `alias of ${set.alias}` : set.values.join(", ");
  return `${set.type} ${set.name} → ${target}${set.ttl === null ? "" : ` (TTL ${set.ttl})`}`;
}

const refuse = (code: string, message: string, advice: string, detail?: string) =>
  new AppError({ code, message, advice, retry: "permanent", status: 409, ...(detail ? { detail } : {}) });

/** Refuses a record that cannot be in this zone at all. */
export function assertPlaceable(zone: Zone, { name, type }: WantedRecord): void {
  if (!isInZone(name, zone.name))
    throw refuse(
      "dns.outside_zone",
      `${name} is not in the zone ${zone.name}.`,
      "Choose a name below the panel's domain.",
    );
  if (type === "CNAME" && name === zone.name)
    throw refuse(
      "dns.apex_cname",
      `${name} is the zone itself, which cannot be a CNAME.`,
      "Use an A record there, or a name below it.",
    );
}

/**
 * What stands in Route 53 at the wanted name, and whether the change may be made: another's record is never touched, and a
 * CNAME stands alone. `known` is what the panel itself has put there; without it, anything standing there is foreign.
 */
export async function inspectRecord(
  zone: Zone,
  wanted: WantedRecord,
  known: readonly RecordContent[] | undefined,
  signal?: AbortSignal,
): Promise<Standing> {
  const sets = await findRecordsAt(zone.providerZoneId, wanted.name, { signal });
  const rival = sets.find((set) => set.type !== wanted.type && (set.type === "CNAME" || wanted.type === "CNAME"));
  if (rival)
    throw refuse(
      "dns.cname_conflict",
      wanted.type === "CNAME"
        ? `${wanted.name} cannot be a CNAME: it already has a record of type ${rival.type}, and a CNAME stands alone.`
        : `${wanted.name} is a CNAME already, so it can have no ${wanted.type} record beside it.`,
      "Remove the other record first, or choose another name.",
      describeRecord(rival),
    );
  const same = sets.filter((set) => set.type === wanted.type);
  const [set] = same;
  if (!set) return { kind: "absent" };
  if (known && same.length === 1 && isPlain(set)) {
    if (isSameContent(set, wanted)) return { kind: "as_wanted", set };
    if (known.some((content) => isSameContent(content, set))) return { kind: "outdated", set, content: set };
    throw refuse(
      "dns.changed_elsewhere",
      `Somebody changed the ${set.type} record of ${set.name} outside the panel.`,
      "Put it back or remove it in Route 53, then retry.",
      `It now says ${describeRecord(set)}.`,
    );
  }
  throw refuse(
    "dns.foreign_record",
    `${wanted.name} already has a record of type ${wanted.type} that the panel did not make.`,
    "The panel never overwrites another's record. Remove it in Route 53 if nobody needs it, or choose another name.",
    same.map(describeRecord).join("; "),
  );
}
