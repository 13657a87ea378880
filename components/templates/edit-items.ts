import { ANSWER_GROUPS, GROUPS } from "#lib/services/schema/answers.ts";
import { nameItem, waitsFor } from "#lib/templates/format/check-content.ts";
import type { OwnItem, TemplateItem } from "#lib/templates/schema/content.ts";
import type { ChecklistOutline, OutlineItem } from "#lib/templates/types.ts";

export type Brought = ReadonlyMap<string, OutlineItem>;
export const broughtBy = (outline: ChecklistOutline): Brought => new Map(outline.items.map((item) => [item.key, item]));

export const nameOfKey = (items: readonly TemplateItem[], brought: Brought, key: string): string => {
  const item = items.find((one) => one.key === key);
  return item ? nameItem(item, brought.get(key)) : key;
};

/** Why an item cannot change places with the one above (-1) or below (1) it; undefined: it can. */
export function findBlock(
  items: readonly TemplateItem[],
  index: number,
  by: -1 | 1,
  brought: Brought,
): string | undefined {
  const [first, second] = by < 0 ? [items[index - 1], items[index]] : [items[index], items[index + 1]];
  if (!first || !second) return by < 0 ? "It is the first." : "It is the last.";
  if (!waitsFor(second, brought.get(second.key)).includes(first.key)) return undefined;
  return `“${nameItem(second, brought.get(second.key))}” waits for “${nameItem(first, brought.get(first.key))}”.`;
}

export function moveItem(items: readonly TemplateItem[], index: number, by: -1 | 1): TemplateItem[] {
  const item = items[index];
  return item ? items.toSpliced(index, 1).toSpliced(index + by, 0, item) : [...items];
}

/** A key nobody has, for an item that is written now. */
function freeKey(items: readonly TemplateItem[]): string {
  const taken = new Set(items.map((item) => item.key));
  let number = 1;
  while (taken.has(`own.item-${number}`)) number++;
  return `own.item-${number}`;
}

export function addItem(
  items: readonly TemplateItem[],
  at: number,
  title = "",
): { items: TemplateItem[]; added: OwnItem } {
  const added: OwnItem = {
    ...{ kind: "own", key: freeKey(items), title, instructions: "", role: "staff", evidence: "note" },
    ...{ under: null, conditions: [], after: [], dueDays: null, estimateMinutes: null },
  };
  return { items: items.toSpliced(at, 0, added), added };
}

/** Without the item, and without anybody waiting for it. */
export const removeItem = (items: readonly TemplateItem[], key: string): TemplateItem[] =>
  items
    .filter((item) => item.key !== key)
    .map((item) => ({
      ...item,
      after: item.after.filter((one) => one !== key),
      ...(item.kind === "own" && item.under === key ? { under: null } : {}),
    }));

/** Items read from elsewhere at the end, under keys that nobody has yet. */
export function appendItems(items: readonly TemplateItem[], read: readonly TemplateItem[]): TemplateItem[] {
  const taken = new Set(items.map((item) => item.key));
  const keys = new Map<string, string>();
  for (const { key } of read) {
    let free = key;
    for (let number = 2; taken.has(free); number++) free = `${key.slice(0, 50)}-${number}`;
    taken.add(free);
    keys.set(key, free);
  }
  const renamed = read.map((item) => ({
    ...item,
    key: keys.get(item.key) ?? item.key,
    after: item.after.map((key) => keys.get(key) ?? key),
    ...(item.kind === "own" && item.under ? { under: keys.get(item.under) ?? item.under } : {}),
  }));
  return [...items, ...renamed];
}

/** The answers that conditions can ask, by the wizard's groups. */
export const ANSWER_FIELDS = ANSWER_GROUPS.map((group) => ({
  group: GROUPS[group].title,
  fields: GROUPS[group].questions.map((question) => {
    const brought: unknown = (GROUPS[group].defaults as Record<string, unknown>)[question.field];
    const choices: Readonly<Record<string, string>> | undefined = question.choices;
    return {
      field: `${group}.${question.field}`,
      title: question.title as string,
      choices: typeof brought === "boolean" ? { true: "Yes", false: "No" } : choices,
    };
  }),
}));
