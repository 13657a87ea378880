import { authorize } from "#lib/access/policy.ts";
import type { Actor, UserActor } from "#lib/access/types.ts";
import { db, type Tx } from "#lib/platform/db/client.ts";
import { type CheckedRecord, checkRecord } from "../check-record.ts";
import type { RecordType } from "../constants.ts";
import { findPlaceRefusal, type Place, placeOfName } from "../namespaces.ts";
import type { CheckRecord, RecordFindings } from "../types.ts";
import { findConflicts } from "./find-conflicts.ts";
import { findVisibleRecord } from "./get-record.ts";
import { countRecordsOf, limitOfPlace } from "./list-places.ts";

export type PlaceInZone = Place & { zone: NonNullable<Place["zone"]> };

interface Given {
  /** The record that is edited or restored. */
  id?: string | undefined;
  isEdit?: boolean | undefined;
  name: string;
  type: RecordType;
  ttl: number;
  values: readonly string[];
}

export interface Judgement extends RecordFindings {
  /** Null while something is wrong. */
  record: CheckedRecord | null;
  place: PlaceInZone | null;
  /** The actor may not have this name, whatever the record says. */
  isForbidden: boolean;
}

/** Whose number it counts to: a person's records under their own name, a service's, or nobody's. */
export function countedTo(
  place: Place,
): { kind: "personal" | "service"; owner: { ownerId: string } | { serviceId: string } } | null {
  if (place.service) return { kind: "service", owner: { serviceId: place.service.id } };
  return place.ownerId ? { kind: "personal", owner: { ownerId: place.ownerId } } : null;
}

/** Says that there is no room for one more, or nothing. */
async function findLimitProblem(tx: Tx, place: Place): Promise<string | undefined> {
  const counted = countedTo(place);
  const limit = counted && limitOfPlace(counted.kind);
  if (!counted || limit === null) return undefined;
  const used = await countRecordsOf(tx, counted.owner);
  if (used < limit) return undefined;
  const whose = place.service ? `The service ${place.service.name} has` : "There are";
  return `${whose} ${used} of ${limit} records already. Delete one that nobody needs, or ask an administrator.`;
}

/** Everything there is to say of a record that somebody wants: for itself, whose name it is, what is there already, how many. */
export async function judgeRecord(tx: Tx, actor: Actor, given: Given): Promise<Judgement> {
  const check = checkRecord(given);
  const { name, warnings } = check;
  const fields = { ...check.fields };
  const none = { record: null, place: null, isForbidden: false };
  if (name === null) return { name, fields, warnings, ...none };
  const place = await placeOfName(tx, name);
  const refusal = given.isEdit ? undefined : findPlaceRefusal(actor, place, name);
  if (refusal || place.zone === null)
    return { name, fields: { ...fields, name: refusal ?? fields.name ?? "" }, warnings, ...none, isForbidden: true };
  const inZone = { ...place, zone: place.zone };
  const values = check.record?.values ?? [...given.values];
  const found = await findConflicts(
    tx,
    actor,
    { id: given.id, isEdit: given.isEdit, name, type: given.type, ttl: given.ttl, values },
    inZone,
  );
  const all = { ...found.fields, ...fields };
  if (!given.isEdit) {
    const full = await findLimitProblem(tx, place);
    if (full) all.name ??= full;
  }
  const isRight = Object.keys(all).length === 0;
  return {
    name,
    fields: all,
    warnings: [...warnings, ...found.warnings],
    record: isRight ? check.record : null,
    place: inZone,
    isForbidden: false,
  };
}

/** The same for a form that is being filled in. */
export async function checkWantedRecord(actor: UserActor, input: CheckRecord): Promise<RecordFindings> {
  authorize(actor, "records.list");
  const { recordId: id, ...given } = input;
  if (id) await findVisibleRecord(db(), actor, id);
  const { name, fields, warnings } = await judgeRecord(db(), actor, { id, isEdit: id !== undefined, ...given });
  return { name, fields, warnings };
}
