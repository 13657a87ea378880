import { canonicalJson, sha256 } from "#lib/platform/crypto.ts";
import type { CompiledStep } from "#lib/runs/types.ts";
import type { Checklist, ChecklistItem } from "./define-checklist.ts";

const TITLE_MAX = 200;
const REASON_MAX = 300;
const cut = (text: string, max: number) => (text.length > max ? `${text.slice(0, max - 1)}…` : text);

type Draft = Omit<CompiledStep, "dependsOn">;

function expand<Context>(item: ChecklistItem<Context>, context: Context): Draft[] {
  const manual = item.step === "manual" ? { role: item.role ?? ("staff" as const) } : {};
  const base = { name: item.step, ...manual };
  const reason = item.skip?.(context);
  if (reason !== undefined)
    return [{ ...base, key: item.key, title: item.about, input: {}, skipReason: cut(reason, REASON_MAX) }];
  if (!("each" in item))
    return [{ ...base, key: item.key, title: cut(item.title(context), TITLE_MAX), input: item.input?.(context) ?? {} }];
  return item.each(context).map((entry) => ({
    ...base,
    key: `${item.key}.${item.entryKey(entry)}`,
    title: cut(item.entryTitle(entry, context), TITLE_MAX),
    input: item.entryInput?.(entry, context) ?? {},
  }));
}

/**
 * A checklist against one service's answers: the steps of a run, each after what it waits for. What waits for a skipped
 * item waits for what that one would have waited for, so leaving an item out never lets a later one start early.
 */
export function compileChecklist<Context>(checklist: Checklist<Context>, context: Context): CompiledStep[] {
  const steps: CompiledStep[] = [];
  /** Step key → everything it waits for, directly or not. */
  const ancestors = new Map<string, ReadonlySet<string>>();
  /** Item key → the steps that somebody who waits for the item has to wait for. */
  const done = new Map<string, string[]>();
  for (const item of checklist.items) {
    const wanted = [...new Set((item.dependsOn ?? []).flatMap((key) => done.get(key) ?? []))];
    // What another dependency waits for anyway need not be said again.
    const before = wanted.filter((key) => !wanted.some((other) => ancestors.get(other)?.has(key)));
    const all = new Set([...wanted, ...wanted.flatMap((key) => [...(ancestors.get(key) ?? [])])]);
    const expanded = expand(item, context);
    for (const step of expanded) {
      steps.push({ ...step, dependsOn: step.skipReason === undefined ? before : [] });
      ancestors.set(step.key, all);
    }
    const kept = expanded.filter((step) => step.skipReason === undefined).map((step) => step.key);
    done.set(item.key, kept.length > 0 ? kept : before);
  }
  return steps;
}

/** What identifies a plan: any change of a step, its input or its order is another hash. */
export const hashSteps = (steps: readonly CompiledStep[]): Uint8Array<ArrayBuffer> => sha256(canonicalJson(steps));

/** The checklist as it stands, without anybody's answers: the row kept for its version. */
export function snapshotChecklist<Context>(checklist: Checklist<Context>) {
  return {
    key: checklist.key,
    version: checklist.version,
    title: checklist.title,
    items: checklist.items.map((item) => ({
      key: item.key,
      step: item.step,
      about: item.about,
      dependsOn: [...(item.dependsOn ?? [])],
      role: item.step === "manual" ? (item.role ?? "staff") : null,
      repeated: "each" in item,
      conditional: item.skip !== undefined,
    })),
  };
}
