import type { CompiledStep } from "#lib/runs/types.ts";

/** Why an item is left out; undefined when it is done. */
export type Rule<Context> = (context: Context) => string | undefined;

/** The first reason that holds. */
export const unless =
  <Context>(...rules: Rule<Context>[]): Rule<Context> =>
  (context) => {
    for (const rule of rules) {
      const reason = rule(context);
      if (reason !== undefined) return reason;
    }
    return undefined;
  };

interface ItemBase<Context> {
  /** Stable within the checklist; the step's key in a run. */
  key: string;
  /** Name in the step registry, or "manual": a person does it and says so. */
  step: string;
  /** What the item is, without a service's answers; kept in the pinned template. */
  about: string;
  /** Keys of items declared above that must be done first. */
  dependsOn?: readonly string[];
  /** Of those, what it cannot be done without: an organisation that leaves one out leaves this out too. */
  needs?: readonly string[];
  /** Of those, whose outputs its step looks at: a step is given the outputs of what it waits for directly, and of nothing else. */
  reads?: readonly string[];
  /** No organisation's arrangement may leave it out: what a run has promised hangs on it. */
  essential?: true;
  /** Manual items: who may confirm. */
  role?: NonNullable<CompiledStep["role"]>;
  /** Manual items: what must be shown before it can be confirmed. */
  evidence?: NonNullable<CompiledStep["evidence"]>;
  estimateMinutes?: number;
  /** Days after the run's start by which it is to be done. */
  dueDays?: number;
  /** Manual items: what to do, Markdown. */
  instructions?(context: Context): string;
  /** Why it is left out for these answers; undefined when it is done. */
  skip?(context: Context): string | undefined;
}

/** One tick of a checklist. */
interface SingleItem<Context> extends ItemBase<Context> {
  title(context: Context): string;
  /** Manual items: the one person whose word it is, a user's id. */
  confirmById?(context: Context): string;
  input?(context: Context): Record<string, unknown>;
}

/** A tick for each of several things: host names, secrets. What waits for it waits for all of them. */
export interface RepeatedItem<Context, Entry> extends ItemBase<Context> {
  each(context: Context): readonly Entry[];
  /** Short and unique among the entries: becomes the end of the step's key. */
  entryKey(entry: Entry): string;
  entryTitle(entry: Entry, context: Context): string;
  /** Manual items: who may confirm this one; left out: the item's role. */
  entryRole?(entry: Entry): NonNullable<CompiledStep["role"]>;
  entryConfirmById?(entry: Entry, context: Context): string;
  entryInput?(entry: Entry, context: Context): Record<string, unknown>;
}

/** A repeated item with its entry's type forgotten. */
export type ChecklistItem<Context> = SingleItem<Context> | RepeatedItem<Context, unknown>;

export interface Checklist<Context> {
  key: string;
  /** Raised with every change of the items: runs keep the version they were compiled from. */
  version: number;
  title: string;
  items: readonly ChecklistItem<Context>[];
}

/** Keeps the entry's type while the item is written. */
export const repeat = <Context, Entry>(item: RepeatedItem<Context, Entry>) => item as RepeatedItem<Context, unknown>;

/** Declares a checklist. An item may only wait for items above it, so that no circle can be written. */
export function defineChecklist<Context>(checklist: Checklist<Context>): Checklist<Context> {
  const known = new Set<string>();
  for (const item of checklist.items) {
    if (known.has(item.key)) throw new Error(`${checklist.key}: the item ${item.key} is declared twice.`);
    for (const dependency of item.dependsOn ?? [])
      if (!known.has(dependency))
        throw new Error(`${checklist.key}: ${item.key} waits for ${dependency}, which is not declared above it.`);
    for (const need of item.needs ?? [])
      if (!item.dependsOn?.includes(need))
        throw new Error(`${checklist.key}: ${item.key} needs ${need}, for which it does not wait.`);
    for (const source of item.reads ?? [])
      if (!item.dependsOn?.includes(source))
        throw new Error(`${checklist.key}: ${item.key} reads ${source}, for which it does not wait.`);
    known.add(item.key);
  }
  return checklist;
}
