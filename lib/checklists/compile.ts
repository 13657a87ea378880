import { canonicalJson, sha256 } from "#lib/platform/crypto.ts";
import type { CompiledStep } from "#lib/runs/types.ts";
import type { Checklist, ChecklistItem } from "./define-checklist.ts";

const TITLE_MAX = 200;
const REASON_MAX = 300;
const cut = (text: string, max: number) => (text.length > max ? `${text.slice(0, max - 1)}…` : text);

type Draft = Omit<CompiledStep, "dependsOn">;

/** Without the keys that hold nothing: a plan's hash is made over what is there. */
const omitUnset = <T extends object>(fields: T): Partial<T> =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Partial<T>;

/** What only a person's step has. `context` is null for one that is left out, of which nothing is to be told. */
function describeManual<Context>(item: ChecklistItem<Context>, context: Context | null) {
  if (item.step !== "manual") return {};
  return {
    role: item.role ?? ("staff" as const),
    ...omitUnset({
      evidence: item.evidence,
      estimateMinutes: item.estimateMinutes,
      instructions: context === null ? undefined : item.instructions?.(context),
    }),
  };
}

function expand<Context>(item: ChecklistItem<Context>, context: Context): Draft[] {
  const reason = item.skip?.(context);
  const base = {
    name: item.step,
    ...describeManual(item, reason === undefined ? context : null),
    ...omitUnset({ dueDays: item.dueDays }),
  };
  if (reason !== undefined)
    return [{ ...base, key: item.key, title: item.about, input: {}, skipReason: cut(reason, REASON_MAX) }];
  if (!("each" in item))
    return [
      {
        ...base,
        ...omitUnset({ confirmById: item.confirmById?.(context) }),
        ...{ key: item.key, title: cut(item.title(context), TITLE_MAX), input: item.input?.(context) ?? {} },
      },
    ];
  return item.each(context).map((entry) => ({
    ...base,
    ...(item.step === "manual" && item.entryRole ? { role: item.entryRole(entry) } : {}),
    key: `${item.key}.${item.entryKey(entry)}`,
    title: cut(item.entryTitle(entry, context), TITLE_MAX),
    input: item.entryInput?.(entry, context) ?? {},
    ...omitUnset({ confirmById: item.entryConfirmById?.(entry, context) }),
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
    const read = new Set(item.reads?.flatMap((key) => done.get(key) ?? []));
    // What another dependency waits for anyway need not be said again, unless its output is wanted.
    const before = wanted.filter((key) => read.has(key) || !wanted.some((other) => ancestors.get(other)?.has(key)));
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

/**
 * What identifies a plan: any change of a step, its input or its order is another hash, and so is another published
 * arrangement, whatever it changed.
 */
export const hashSteps = (
  steps: readonly CompiledStep[],
  templateVersion: number | null = null,
): Uint8Array<ArrayBuffer> => sha256(canonicalJson(templateVersion === null ? steps : { templateVersion, steps }));

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
