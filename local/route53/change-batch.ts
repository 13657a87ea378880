import { invalidChangeBatch, invalidInput } from "./errors.ts";
import { InvalidNameError, isInZone } from "./names.ts";
import { describeRecordSet, isSameRecordSet, type RecordSet, type RecordSets, recordSetKey } from "./record-sets.ts";
import { parseRecordValue } from "./record-values.ts";

export const ACTIONS = ["CREATE", "UPSERT", "DELETE"] as const;
export type Action = (typeof ACTIONS)[number];
export interface Change {
  action: Action;
  recordSet: RecordSet;
}

const MAX_RECORDS = 1000;
const MAX_CHARACTERS = 32_000;
const MAX_VALUES = 400;

/** An UPSERT counts twice, as the service counts it. */
function checkLimits(changes: Change[]): string[] {
  let records = 0;
  let characters = 0;
  for (const { action, recordSet } of changes) {
    const times = action === "UPSERT" ? 2 : 1;
    records += times * Math.max(1, recordSet.values.length);
    characters += times * recordSet.values.reduce((sum, value) => sum + value.length, 0);
  }
  const problems: string[] = [];
  if (changes.length > MAX_RECORDS || records > MAX_RECORDS)
    problems.push(`Number of records limit of ${MAX_RECORDS} exceeded.`);
  if (characters > MAX_CHARACTERS) problems.push(`Number of characters limit of ${MAX_CHARACTERS} exceeded.`);
  return problems;
}

function checkValues({ type, values }: RecordSet): string[] {
  const problems: string[] = [];
  const seen = new Set<string>();
  if (values.length > MAX_VALUES) problems.push(`Cannot have more than ${MAX_VALUES} records in a RRSet.`);
  if ((type === "CNAME" || type === "SOA") && values.length > 1)
    problems.push(`Cannot have more than 1 record in a RRSet of type ${type}.`);
  for (const value of values) {
    if (seen.has(value)) problems.push(`Duplicate Resource Record: '${value}'`);
    seen.add(value);
    try {
      parseRecordValue(type, value);
    } catch (error) {
      if (!(error instanceof InvalidNameError)) throw error;
      problems.push(`Invalid Resource Record: '${error.message}'`);
    }
  }
  return problems;
}

/** One name and type may be changed once in a batch, or deleted and then created. */
function checkRepeats(changes: Change[]): string[] {
  const actions = new Map<string, { recordSet: RecordSet; actions: Action[] }>();
  for (const { action, recordSet } of changes) {
    const key = recordSetKey(recordSet);
    const entry = actions.get(key) ?? { recordSet, actions: [] };
    entry.actions.push(action);
    actions.set(key, entry);
  }
  return [...actions.values()]
    .filter((entry) => entry.actions.length > 1 && entry.actions.join() !== "DELETE,CREATE")
    .map(
      ({ recordSet }) =>
        `The request contains an invalid set of changes for a resource record set '${recordSet.type} ${recordSet.name}'`,
    );
}

function applyChange(sets: RecordSets, { action, recordSet }: Change): string | undefined {
  const key = recordSetKey(recordSet);
  const current = sets.get(key);
  if (action === "DELETE") {
    if (!current) return `Tried to delete resource record set ${describeRecordSet(recordSet)} but it was not found`;
    if (!isSameRecordSet(current, recordSet))
      return `Tried to delete resource record set ${describeRecordSet(recordSet)} but the values provided do not match the current values`;
    sets.delete(key);
    return undefined;
  }
  if (action === "CREATE" && current)
    return `Tried to create resource record set ${describeRecordSet(recordSet)} but it already exists`;
  sets.set(key, recordSet);
  return undefined;
}

/** What the zone as a whole must still satisfy after the batch, looking only at the names it touched. */
function checkResult(zone: string, before: RecordSets, after: RecordSets, changes: Change[]): string[] {
  const touched = new Set(changes.filter(({ action }) => action !== "DELETE").map(({ recordSet }) => recordSet.name));
  const byName = new Map<string, RecordSet[]>();
  for (const set of after.values())
    if (touched.has(set.name)) byName.set(set.name, [...(byName.get(set.name) ?? []), set]);
  const problems: string[] = [];
  for (const { action, recordSet } of changes) {
    if (action === "DELETE") continue;
    const { name, type, setIdentifier } = recordSet;
    const others = (byName.get(name) ?? []).filter((set) => set !== recordSet);
    if (type === "CNAME" && others.some((set) => set.type !== "CNAME"))
      problems.push(
        `RRSet of type CNAME with DNS name ${name} is not permitted as it conflicts with other records with the same DNS name in zone ${zone}`,
      );
    else if (type !== "CNAME" && others.some((set) => set.type === "CNAME" && before.has(recordSetKey(set))))
      problems.push(
        `RRSet of type ${type} with DNS name ${name} is not permitted because a conflicting RRSet of type  CNAME with the same DNS name already exists in zone ${zone}`,
      );
    if (others.some((set) => set.type === type && (set.setIdentifier === undefined) !== (setIdentifier === undefined)))
      problems.push(
        `RRSet with DNS name ${name}, type ${type} cannot be created because a non multivalue answer rrset exists with the same name and type.`,
      );
  }
  if (!after.has(recordSetKey({ name: zone, type: "SOA" })))
    problems.push("A HostedZone must contain exactly one SOA record.");
  if (!after.has(recordSetKey({ name: zone, type: "NS" })))
    problems.push("A HostedZone must contain at least one NS record for the zone itself.");
  return problems;
}

function checkPlace(zone: string, { name, type }: RecordSet): string[] {
  if (!isInZone(name, zone)) return [`RRSet with DNS name ${name} is not permitted in zone ${zone}`];
  if (name === zone && type === "CNAME")
    return [`RRSet of type CNAME with DNS name ${name} is not permitted at apex in zone ${zone}`];
  if (name !== zone && type === "SOA") return [`RRSet of type SOA with DNS name ${name} is only permitted at apex`];
  return [];
}

/** Applies all changes or none: gives the new record sets, or throws InvalidChangeBatch with every problem found. */
export function applyChangeBatch(zone: string, current: RecordSets, changes: Change[]): RecordSets {
  if (changes.length === 0) throw invalidInput("Invalid XML ; Changes must contain at least one Change");
  const early = [
    ...checkLimits(changes),
    ...changes.flatMap(({ recordSet }) => [...checkPlace(zone, recordSet), ...checkValues(recordSet)]),
    ...checkRepeats(changes),
  ];
  if (early.length > 0) throw invalidChangeBatch(early);
  const next: RecordSets = new Map(current);
  const problems = changes.map((change) => applyChange(next, change)).filter((problem) => problem !== undefined);
  if (problems.length === 0) problems.push(...checkResult(zone, current, next, changes));
  if (problems.length > 0) throw invalidChangeBatch(problems);
  return next;
}
