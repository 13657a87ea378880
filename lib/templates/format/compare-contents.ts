import { ROLE_WORDS } from "#lib/access/constants.ts";
import type { Condition, TemplateContent, TemplateItem } from "../schema/content.ts";
import type { ChecklistOutline } from "../types.ts";
import { nameItem } from "./check-content.ts";
import { describeCondition } from "./conditions.ts";

/** One field that differs, in words. */
interface FieldDifference {
  field: string;
  before: string;
  after: string;
}

export interface ItemDifference {
  key: string;
  name: string;
  kind: "added" | "removed" | "changed" | "moved";
  /** Place in the order before and after, counted from 1; null: not there. */
  from: number | null;
  to: number | null;
  fields: FieldDifference[];
}

const NONE = "—";
const listConditions = (conditions: readonly Condition[]) => conditions.map(describeCondition).join("; ") || NONE;

/** Every field of an item as a person reads it. */
function describeFields(item: TemplateItem, nameOf: (key: string) => string): Map<string, string> {
  const number = (value: number | null, unit: string) => (value === null ? NONE : `${value} ${unit}`);
  const asBrought = item.kind === "built-in" ? "as the panel brings it" : NONE;
  return new Map([
    ...(item.kind === "own"
      ? ([
          ["Title", item.title],
          ["Instructions", item.instructions || NONE],
          ["Part of", item.under ? nameOf(item.under) : NONE],
        ] as const)
      : ([["Left out", item.leftOut ?? "no"]] as const)),
    ["Who", item.role ? ROLE_WORDS[item.role] : asBrought],
    ["Evidence", item.evidence ?? asBrought],
    ["Due after", number(item.dueDays, "days")],
    ["Takes about", number(item.estimateMinutes, "minutes")],
    ["Only where", listConditions(item.conditions)],
    ["Waits also for", item.after.map(nameOf).join(", ") || NONE],
  ]);
}

/** Keys of the items that changed places relative to the others: all but a longest run that kept its order. */
function findMoved(before: readonly string[], after: readonly string[]): Set<string> {
  const place = new Map(before.map((key, index) => [key, index]));
  const kept = after.flatMap((key) => {
    const at = place.get(key);
    return at === undefined ? [] : [{ key, at }];
  });
  // Longest increasing subsequence; checklists are short.
  const best: { length: number; previous: number }[] = [];
  kept.forEach((one, index) => {
    let found = { length: 1, previous: -1 };
    for (let earlier = 0; earlier < index; earlier++) {
      const candidate = (best[earlier]?.length ?? 0) + 1;
      if ((kept[earlier]?.at ?? 0) < one.at && candidate > found.length)
        found = { length: candidate, previous: earlier };
    }
    best.push(found);
  });
  const steady = new Set<string>();
  let at = best.findIndex((one) => one.length === Math.max(...best.map(({ length }) => length)));
  while (at >= 0) {
    steady.add(kept[at]?.key ?? "");
    at = best[at]?.previous ?? -1;
  }
  return new Set(kept.map(({ key }) => key).filter((key) => !steady.has(key)));
}

/** What one version of a checklist has otherwise than another, item by item, in the order of the newer one. */
export function compareContents(
  before: TemplateContent,
  after: TemplateContent,
  outline: ChecklistOutline,
): ItemDifference[] {
  const brought = new Map(outline.items.map((item) => [item.key, item]));
  const all = new Map([...before.items, ...after.items].map((item) => [item.key, item]));
  const nameOf = (key: string) => {
    const item = all.get(key);
    return item ? nameItem(item, brought.get(key)) : key;
  };
  const earlier = new Map(before.items.map((item, index) => [item.key, { item, place: index + 1 }]));
  const later = new Set(after.items.map((item) => item.key));
  const moved = findMoved([...earlier.keys()], [...later]);
  const differences = after.items.flatMap((item, index): ItemDifference[] => {
    const old = earlier.get(item.key);
    const about = { key: item.key, name: nameOf(item.key), to: index + 1, from: old?.place ?? null };
    const now = describeFields(item, nameOf);
    if (!old) {
      const fields = [...now]
        .filter(([, value]) => value !== NONE)
        .map(([field, value]) => ({ field, before: "", after: value }));
      return [{ ...about, kind: "added", fields: item.kind === "own" ? fields : [] }];
    }
    const then = describeFields(old.item, nameOf);
    const fields = [...now].flatMap(([field, value]) => {
      const was = then.get(field) ?? NONE;
      return was === value ? [] : [{ field, before: was, after: value }];
    });
    if (fields.length > 0) return [{ ...about, kind: "changed", fields }];
    return moved.has(item.key) ? [{ ...about, kind: "moved", fields: [] }] : [];
  });
  const removed = before.items.flatMap((item, index): ItemDifference[] =>
    later.has(item.key)
      ? []
      : [{ key: item.key, name: nameOf(item.key), kind: "removed", from: index + 1, to: null, fields: [] }],
  );
  return [...differences, ...removed];
}
