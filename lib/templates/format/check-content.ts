import type { TemplateContent, TemplateItem } from "../schema/content.ts";
import type { ChecklistOutline, OutlineItem } from "../types.ts";

/** What an item waits for: what the panel says of its own, and what the organisation wants besides. */
export const waitsFor = (item: TemplateItem, brought: OutlineItem | undefined): string[] => [
  ...new Set([
    ...(brought?.dependsOn ?? []),
    ...(item.kind === "own" && item.under ? [item.under] : []),
    ...item.after,
  ]),
];

/** What the item is called wherever it is named. */
export const nameItem = (item: TemplateItem, brought: OutlineItem | undefined): string =>
  item.kind === "own" ? item.title || "An item without a title" : (brought?.about ?? item.key);

/** What stands in the way of publishing, by field path (`items.3.after`); empty when nothing does. */
export function findContentProblems(content: TemplateContent, outline: ChecklistOutline): Record<string, string> {
  const brought = new Map(outline.items.map((item) => [item.key, item]));
  const items = new Map(content.items.map((item) => [item.key, item]));
  const nameOf = (key: string) => {
    const item = items.get(key);
    return item ? nameItem(item, brought.get(key)) : key;
  };
  const problems: Record<string, string> = {};
  const seen = new Set<string>();
  if (content.items.length === 0) problems.items = "A checklist has one item at least.";
  content.items.forEach((item, index) => {
    const at = (field: string) => `items.${index}.${field}`;
    const panels = brought.get(item.key);
    if (seen.has(item.key)) problems[at("key")] = `“${nameOf(item.key)}” is there twice.`;
    if (item.kind === "built-in" && !panels) problems[at("key")] = `The panel brings no item ${item.key}.`;
    const later = waitsFor(item, panels).find((key) => !seen.has(key));
    if (later !== undefined)
      problems[at("after")] = items.has(later)
        ? `It waits for “${nameOf(later)}”, which comes after it.`
        : `It waits for ${later}, which is not in this checklist.`;
    if (item.kind === "own" && item.under && items.get(item.under)?.kind !== "own")
      problems[at("under")] = "It can be a part of an item of your own only.";
    if (item.kind === "built-in" && panels) {
      if (item.leftOut !== null && item.leftOut.trim() === "") problems[at("leftOut")] = "Say why it is left out.";
      if (item.leftOut !== null && panels.role === null) problems[at("leftOut")] = "A machine does this one: it stays.";
      if (panels.essential && (item.leftOut !== null || item.conditions.length > 0))
        problems[at("conditions")] = "What the run promises hangs on this item: nothing may leave it out.";
    }
    seen.add(item.key);
  });
  for (const item of outline.items)
    if (!items.has(item.key)) problems[`missing.${item.key}`] = `“${item.about}” is missing.`;
  return problems;
}
