import type { BuiltInItem, OwnItem, TemplateContent, TemplateItem } from "#lib/templates/schema/content.ts";
import { explainUnmet } from "./conditions.ts";
import { type Checklist, type ChecklistItem, defineChecklist } from "./define-checklist.ts";

/** A published revision as far as arranging needs it. */
export interface Arrangement {
  version: number;
  content: TemplateContent;
}

/**
 * Keys of the items that no arrangement leaves out: those that say so, those that ask for one person's word, because
 * somebody depends on it, and whatever these need.
 */
export function listEssential(items: readonly ChecklistItem<never>[]): ReadonlySet<string> {
  const essential = new Set<string>();
  for (const item of [...items].reverse()) {
    const isOne = item.essential === true || "confirmById" in item || "entryConfirmById" in item;
    if (!isOne && !essential.has(item.key)) continue;
    essential.add(item.key);
    for (const key of item.needs ?? []) essential.add(key);
  }
  return essential;
}

const endSentence = (words: string) => (/[.!?…]$/.test(words) ? words : `${words}.`);

interface Placed<Context> {
  item: ChecklistItem<Context>;
  /** What the panel itself says it waits for. */
  firm: readonly string[];
  /** What the organisation wants besides. */
  wished: readonly string[];
  wants: TemplateItem | null;
}

const toOwn = <Context>({ key, title, instructions, role, evidence, dueDays, estimateMinutes }: OwnItem) =>
  ({
    key,
    step: "manual",
    about: title,
    title: () => title,
    role,
    evidence,
    ...(instructions === "" ? {} : { instructions: () => instructions }),
    ...(dueDays === null ? {} : { dueDays }),
    ...(estimateMinutes === null ? {} : { estimateMinutes }),
  }) satisfies ChecklistItem<Context>;

/** The panel's item with what the organisation wants otherwise. A machine's item has no owner and no evidence. */
function override<Context>(item: ChecklistItem<Context>, wants: BuiltInItem): ChecklistItem<Context> {
  if (item.step !== "manual") return item;
  const { role, evidence, dueDays, estimateMinutes } = wants;
  return {
    ...item,
    ...(role === null ? {} : { role, ...("entryRole" in item ? { entryRole: () => role } : {}) }),
    ...(evidence === null ? {} : { evidence }),
    ...(dueDays === null ? {} : { dueDays }),
    ...(estimateMinutes === null ? {} : { estimateMinutes }),
  };
}

/** The revision's items in its order; one of the panel's that it does not know yet comes after the panel's one before it. */
function place<Context>(checklist: Checklist<Context>, content: TemplateContent): Placed<Context>[] {
  const builtIn = new Map(checklist.items.map((item) => [item.key, item]));
  const placed: Placed<Context>[] = [];
  const taken = new Set<string>();
  for (const wants of content.items) {
    const item: ChecklistItem<Context> | undefined =
      wants.kind === "built-in" ? builtIn.get(wants.key) : toOwn<Context>(wants);
    // One that the panel has not any more is forgotten.
    if (!item || taken.has(item.key)) continue;
    taken.add(item.key);
    if (wants.kind === "own")
      placed.push({ item, firm: [], wished: [...(wants.under ? [wants.under] : []), ...wants.after], wants });
    else placed.push({ item: override(item, wants), firm: item.dependsOn ?? [], wished: wants.after, wants });
  }
  checklist.items.forEach((item, index) => {
    if (taken.has(item.key)) return;
    const before = checklist.items[index - 1]?.key;
    const at = placed.findIndex((one) => one.item.key === before) + 1;
    placed.splice(at, 0, { item, firm: item.dependsOn ?? [], wished: [], wants: null });
    taken.add(item.key);
  });
  return placed;
}

/**
 * In the wanted order, except that nothing comes before what it waits for. Where the organisation's wishes go in a circle,
 * because the panel's own items changed since, the wish gives way.
 */
function order<Context>(placed: readonly Placed<Context>[]): { placed: Placed<Context>; waits: string[] }[] {
  const known = new Set(placed.map((one) => one.item.key));
  const done = new Set<string>();
  const ordered: { placed: Placed<Context>; waits: string[] }[] = [];
  let left = [...placed];
  while (left.length > 0) {
    const isReady = (keys: readonly string[]) => keys.every((key) => !known.has(key) || done.has(key));
    const next = left.find((one) => isReady(one.firm) && isReady(one.wished)) ?? left.find((one) => isReady(one.firm));
    if (!next) throw new Error("A checklist's own items wait for each other in a circle.");
    const waits = [...new Set([...next.firm, ...next.wished])].filter((key) => done.has(key));
    ordered.push({ placed: next, waits });
    done.add(next.item.key);
    left = left.filter((one) => one !== next);
  }
  return ordered;
}

/** Why the arrangement leaves an item out; undefined: it does not. */
function explainLeftOut<Context>({ item, wants }: Placed<Context>, answers: unknown): string | undefined {
  if (wants === null) return undefined;
  if (wants.kind === "built-in" && wants.leftOut !== null && item.step === "manual")
    return endSentence(`Left out in this organisation's checklist: ${wants.leftOut.trim()}`);
  return explainUnmet(wants.conditions, answers);
}

/**
 * A checklist as an organisation has arranged it. What the panel's own items do and wait for stays as it is: they can come
 * later, be left out for a reason and get company. `answers` is what conditions ask.
 */
export function arrange<Context>(
  checklist: Checklist<Context>,
  arrangement: Arrangement | null,
  answers: unknown,
): Checklist<Context> {
  if (arrangement === null) return checklist;
  /** Key of an item that is left out → why. */
  const leftOut = new Map<string, { about: string; reason: string }>();
  const essential = listEssential(checklist.items);
  const items = order(place(checklist, arrangement.content)).map(({ placed, waits }): ChecklistItem<Context> => {
    const { item } = placed;
    const missing = (item.needs ?? []).flatMap((key) => leftOut.get(key) ?? [])[0];
    const reason = essential.has(item.key)
      ? undefined
      : (explainLeftOut(placed, answers) ?? (missing ? `It needs “${missing.about}”. ${missing.reason}` : undefined));
    if (reason !== undefined) leftOut.set(item.key, { about: item.about, reason });
    return {
      ...item,
      dependsOn: waits,
      ...(reason === undefined ? {} : { skip: (context: Context) => item.skip?.(context) ?? reason }),
    };
  });
  return defineChecklist({ ...checklist, items });
}
