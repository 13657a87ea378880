import { domainToUnicode } from "node:url";
import { may } from "#lib/access/policy.ts";
import type { Actor } from "#lib/access/types.ts";
import type { Tx } from "#lib/platform/db/client.ts";
import type { CheckedRecord } from "../check-record.ts";
import { isInZone, readAsLatin, skeletonOf } from "../names.ts";
import type { Place } from "../namespaces.ts";
import type { RecordFindings } from "../types.ts";
import { readValues, restorableUntil } from "./record-row.ts";

/** A set at or around the wanted name: the panel's own or another's. */
interface Neighbour {
  name: string;
  type: string;
  values: string[];
  /** Of the panel's own. */
  state: string | null;
}

export interface Wanted extends CheckedRecord {
  /** The record that is edited or restored. */
  id?: string | undefined;
  /** It stands there already, so that its name is not asked for. */
  isEdit?: boolean | undefined;
}

const NEIGHBOURS_MAX = 2_000;
const say = (types: string[]) => [...new Set(types)].join(", ");

/** Names from the wanted one up to the zone, which is left out. */
function namesUpTo(name: string, zone: string): string[] {
  const labels = name.slice(0, -zone.length - 1).split(".");
  return name === zone ? [] : labels.map((_, index) => `${labels.slice(index).join(".")}.${zone}`);
}

/** What stands at these names by the panel's hand or another's. */
async function readAt(tx: Tx, zoneId: string, names: string[], except?: string): Promise<Neighbour[]> {
  const own = await tx.dnsRecord.findMany({
    where: { zoneId, name: { in: names }, state: { not: "removed" }, ...(except ? { id: { not: except } } : {}) },
    select: { name: true, type: true, values: true, state: true },
  });
  const foreign = await tx.dnsForeignRecord.findMany({
    where: { zoneId, name: { in: names } },
    select: { name: true, type: true, values: true },
  });
  return [...own, ...foreign.map((set) => ({ ...set, state: null }))].map((set) => ({
    ...set,
    values: readValues(set.values),
  }));
}

/** A CNAME stands alone at its name. */
function checkCname(wanted: Wanted, there: Neighbour[], { fields }: RecordFindings): void {
  const others = there.filter(({ name, type }) => name === wanted.name && type !== wanted.type);
  if (wanted.type === "CNAME") {
    if (others.length === 0) return;
    fields.type = others.every(({ state }) => state === "removing")
      ? `The ${say(others.map(({ type }) => type))} record of this name is just being removed. Try again in a few seconds.`
      : `${wanted.name} has a record of type ${say(others.map(({ type }) => type))} already, and a CNAME stands alone: it answers everything that is asked of its name.`;
    return;
  }
  const cname = others.find(({ type }) => type === "CNAME");
  if (cname)
    fields.type =
      cname.state === "removing"
        ? "The CNAME of this name is just being removed. Try again in a few seconds."
        : `${wanted.name} is a CNAME already, which answers everything that is asked of the name: nothing can stand beside it.`;
}

/** Below a delegation other name servers answer. */
async function checkDelegation(
  tx: Tx,
  wanted: Wanted,
  zone: { id: string; name: string },
  above: Neighbour[],
  { fields }: RecordFindings,
): Promise<void> {
  const isGlue = (type: string, name: string, targets: string[]) =>
    (type === "A" || type === "AAAA") && targets.includes(name);
  const cut = above.find(
    ({ name, type, values }) =>
      type === "NS" && !(name === wanted.name && wanted.type === "NS") && !isGlue(wanted.type, wanted.name, values),
  );
  if (cut) {
    fields.name ??= `${cut.name} is delegated to ${cut.values[0] ?? "other name servers"}: they answer for it and everything below it, so a record here would never be seen.`;
    return;
  }
  if (wanted.type !== "NS") return;
  const below = await tx.dnsRecord.findMany({
    where: {
      zoneId: zone.id,
      state: { not: "removed" },
      OR: [{ name: wanted.name }, { name: { endsWith: `.${wanted.name}` } }],
      ...(wanted.id ? { id: { not: wanted.id } } : {}),
    },
    select: { name: true, type: true },
    take: NEIGHBOURS_MAX,
  });
  const foreign = await tx.dnsForeignRecord.findMany({
    where: { zoneId: zone.id, OR: [{ name: wanted.name }, { name: { endsWith: `.${wanted.name}` } }] },
    select: { name: true, type: true },
    take: NEIGHBOURS_MAX,
  });
  const hidden = [...below, ...foreign].find(
    ({ name, type }) => type !== "DS" && !(name === wanted.name && type === "NS") && !isGlue(type, name, wanted.values),
  );
  if (hidden)
    fields.type ??= `The ${hidden.type} record of ${hidden.name} would never be seen again: name servers named here answer for ${wanted.name} and everything below it.`;
}

/** One row is one set: another of the same name and type cannot be made. */
async function checkTaken(
  tx: Tx,
  actor: Actor,
  wanted: Wanted,
  place: Place & { zone: { id: string } },
  there: Neighbour[],
  { fields }: RecordFindings,
): Promise<void> {
  if (wanted.isEdit) return;
  const { name, type } = wanted;
  const row = wanted.id
    ? null
    : await tx.dnsRecord.findUnique({
        where: { zoneId_name_type: { zoneId: place.zone.id, name, type } },
        select: {
          state: true,
          removedAt: true,
          ownerId: true,
          serviceId: true,
          service: { select: { ownerId: true } },
        },
      });
  if (row && row.state !== "removed")
    fields.name ??=
      row.state === "removing"
        ? `The ${type} record of this name is just being removed. Restore it, or try again in a few seconds.`
        : `There is a ${type} record of this name already. One record holds several values: change that one.`;
  else if (row) {
    const until = restorableUntil(row);
    const isOwn =
      row.ownerId === null && row.serviceId === null
        ? true
        : may(actor, "records.restore", { ownerId: row.service?.ownerId ?? row.ownerId, serviceId: row.serviceId }).ok;
    if (until && until > new Date() && !isOwn)
      fields.name ??= `This name is kept for whom it belonged to until ${until.toISOString().slice(0, 10)}.`;
  }
  if (there.some((set) => set.state === null && set.name === name && set.type === type))
    fields.name ??= `Route 53 has a ${type} record of this name that the panel did not make. An administrator can take it over; the panel never overwrites it.`;
}

/** Labels nobody but an administrator may use, in the part of the name that was chosen. */
async function checkBlocked(tx: Tx, actor: Actor, wanted: Wanted, place: Place, { fields }: RecordFindings) {
  if (wanted.isEdit || may(actor, "blockedNames.manage").ok) return;
  const chosen = wanted.name === place.suffix ? "" : wanted.name.slice(0, -place.suffix.length - 1);
  const labels = chosen.split(".").filter((label) => label !== "" && label !== "*");
  if (labels.length === 0) return;
  const forms = labels.flatMap((label) => {
    const shown = domainToUnicode(label) || label;
    return [label, shown.toLowerCase(), readAsLatin(shown)];
  });
  const blocked = await tx.dnsBlockedName.findMany();
  const hit = blocked.find(({ pattern, match }) =>
    forms.some((form) => (match === "contains" ? form.includes(pattern) : form === pattern)),
  );
  if (hit) fields.name ??= `“${hit.pattern}” cannot be used in names here: ${hit.reason}`;
}

/** Names of others right beside this one that a hasty reader would take for it. */
async function warnOfTwins(
  tx: Tx,
  wanted: Wanted,
  place: Place & { zone: { id: string; name: string } },
  warnings: RecordFindings["warnings"],
) {
  if (wanted.isEdit || wanted.name === place.zone.name) return;
  const parent = wanted.name.slice(wanted.name.indexOf(".") + 1);
  if (!isInZone(parent, place.zone.name)) return;
  const siblings = await tx.dnsRecord.findMany({
    where: {
      zoneId: place.zone.id,
      state: { not: "removed" },
      name: { endsWith: `.${parent}`, not: wanted.name },
      ...(place.service ? { NOT: { serviceId: place.service.id } } : {}),
    },
    select: { name: true, ownerId: true },
    take: NEIGHBOURS_MAX,
  });
  const skeleton = skeletonOf(wanted.name);
  const twin = siblings.find(
    ({ name, ownerId }) => (ownerId === null || ownerId !== place.ownerId) && skeletonOf(name) === skeleton,
  );
  if (twin) warnings.push({ field: "name", message: `This looks like ${twin.name}, which belongs to somebody else.` });
}

/** What stands between this record and what there is already, told by field. */
export async function findConflicts(
  tx: Tx,
  actor: Actor,
  wanted: Wanted,
  place: Place & { zone: { id: string; name: string } },
): Promise<RecordFindings> {
  const findings: RecordFindings = { name: wanted.name, fields: {}, warnings: [] };
  const { zone } = place;
  const { fields, warnings } = findings;
  if (wanted.name === zone.name && wanted.type === "CNAME")
    fields.type = `${zone.name} is the zone itself, which has name servers: a CNAME cannot stand beside them. Use an A record.`;
  if (wanted.name === zone.name && wanted.type === "NS")
    fields.type = "The zone's own name servers are Route 53's. Delegate a name below it.";
  const around = await readAt(
    tx,
    zone.id,
    [...new Set([wanted.name, ...namesUpTo(wanted.name, zone.name)])],
    wanted.id,
  );
  const there = around.filter(({ name }) => name === wanted.name);
  await checkTaken(tx, actor, wanted, place, there, findings);
  checkCname(wanted, there, findings);
  await checkDelegation(
    tx,
    wanted,
    zone,
    around.filter(({ name }) => name !== zone.name),
    findings,
  );
  await checkBlocked(tx, actor, wanted, place, findings);
  await warnOfTwins(tx, wanted, place, warnings);
  return findings;
}
