import { toProviderValue } from "#lib/integrations/route53/names.ts";
import type { RecordChange } from "#lib/integrations/route53/records.ts";
import type { PlannedSet } from "./plan-types.ts";

/** Route 53's limits for one batch: changes, values in them, characters in those. */
const BATCH_LIMITS = { changes: 1_000, values: 1_000, characters: 32_000 } as const;

/** Everything that happens at one name: sent together, for one may make room for the other. */
export interface Unit {
  name: string;
  changes: PlannedSet[];
}

interface Size {
  changes: number;
  values: number;
  characters: number;
}

/** What is sent: a deletion repeats what stands there to the letter, a creation insists that nothing does. */
export function toRecordChanges(changes: readonly PlannedSet[]): RecordChange[] {
  // Whatever makes room at the name goes first.
  const removals = changes.filter(({ before }) => before !== undefined);
  return [
    ...removals.filter(({ after }) => !after),
    ...removals.filter(({ after }) => after),
    ...changes.filter(({ before }) => before === undefined),
  ].flatMap(({ name, type, before, after }): RecordChange[] => [
    ...(before ? [{ action: "DELETE" as const, set: { raw: before.raw } }] : []),
    ...(after ? [{ action: "CREATE" as const, set: { name, type, ttl: after.ttl, values: after.values } }] : []),
  ]);
}

const valuesOf = (set: RecordChange["set"]): string[] =>
  "raw" in set
    ? (set.raw.ResourceRecords ?? []).map(({ Value }) => Value ?? "")
    : set.values.map((value) => toProviderValue(set.type, value));

function measure(changes: readonly PlannedSet[]): Size {
  const size: Size = { changes: 0, values: 0, characters: 0 };
  for (const change of toRecordChanges(changes)) {
    const values = valuesOf(change.set);
    size.changes += 1;
    size.values += Math.max(1, values.length);
    size.characters += values.reduce((sum, value) => sum + value.length, 0);
  }
  return size;
}

const fits = (size: Size) =>
  size.changes <= BATCH_LIMITS.changes &&
  size.values <= BATCH_LIMITS.values &&
  size.characters <= BATCH_LIMITS.characters;

const add = (a: Size, b: Size): Size => ({
  changes: a.changes + b.changes,
  values: a.values + b.values,
  characters: a.characters + b.characters,
});

/** As few batches as the order of names allows, each within Route 53's limits; `tooLarge` fits in none. */
export function packBatches(changes: readonly PlannedSet[]): { batches: Unit[][]; tooLarge: PlannedSet[] } {
  const batches: Unit[][] = [];
  const tooLarge: PlannedSet[] = [];
  let size: Size | undefined;
  for (const [name, at] of Map.groupBy(changes, (change) => change.name)) {
    const fitting = at.filter((change) => {
      const alone = fits(measure([change]));
      if (!alone) tooLarge.push(change);
      return alone;
    });
    const whole = fits(measure(fitting));
    // A name with more than a batch can hold: one after the other, removals first.
    for (const unit of whole ? [fitting] : splitUnit(fitting)) {
      if (unit.length === 0) continue;
      const mine = measure(unit);
      const together = size && add(size, mine);
      if (together && fits(together)) {
        batches.at(-1)?.push({ name, changes: unit });
        size = together;
      } else {
        batches.push([{ name, changes: unit }]);
        size = mine;
      }
    }
  }
  return { batches, tooLarge };
}

const splitUnit = (changes: readonly PlannedSet[]): PlannedSet[][] => [
  ...changes.filter(({ action }) => action === "remove").map((one) => [one]),
  ...changes.filter(({ action }) => action !== "remove").map((one) => [one]),
];
