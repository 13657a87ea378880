import type { AnswerGroup } from "#lib/services/schema/answers.ts";

/** What was typed and is not saved yet. A group without fields means: seen, and its defaults are fine. */
export type Edits = { [G in AnswerGroup]?: Record<string, unknown> };
export type GroupAnswers = Record<AnswerGroup, Record<string, unknown>>;

/** Something two people answered differently at once. */
export interface Clash {
  group: AnswerGroup;
  field: string;
  mine: unknown;
  theirs: unknown;
}

type Entry = [AnswerGroup, Record<string, unknown>];
const entriesOf = (edits: Edits) => Object.entries(edits) as Entry[];

export const isSame = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other);

export const hasEdits = (edits: Edits): boolean => Object.keys(edits).length > 0;

export const withEdit = (edits: Edits, group: AnswerGroup, fields: Record<string, unknown>): Edits => ({
  ...edits,
  [group]: { ...edits[group], ...fields },
});

/** The answers as the reader sees them: what is saved, and over it what they typed since. */
export function applyEdits(answers: GroupAnswers, edits: Edits): GroupAnswers {
  const shown = { ...answers };
  for (const [group, fields] of entriesOf(edits)) shown[group] = { ...answers[group], ...fields };
  return shown;
}

/** What is left to save once `sent` has been: only what was typed again meanwhile. */
export function dropSaved(edits: Edits, sent: Edits): Edits {
  const left: Edits = {};
  for (const [group, fields] of entriesOf(edits)) {
    const saved = sent[group];
    const rest = Object.entries(fields).filter(([field, value]) => !saved || saved[field] !== value);
    if (rest.length > 0 || !saved) left[group] = Object.fromEntries(rest);
  }
  return left;
}

/**
 * Somebody saved meanwhile. What only this reader changed is theirs to save; what both changed differently is shown as
 * the other saved it, and handed back so that the page can offer what was typed here.
 */
export function mergeStale(
  base: GroupAnswers,
  theirs: GroupAnswers,
  edits: Edits,
): { edits: Edits; clashes: Clash[]; changed: AnswerGroup[] } {
  const kept: Edits = {};
  const clashes: Clash[] = [];
  for (const [group, fields] of entriesOf(edits)) {
    kept[group] = {};
    for (const [field, mine] of Object.entries(fields)) {
      const other = theirs[group][field];
      if (isSame(other, mine)) continue;
      if (isSame(base[group][field], other)) kept[group] = { ...kept[group], [field]: mine };
      else clashes.push({ group, field, mine, theirs: other });
    }
  }
  const changed = (Object.keys(theirs) as AnswerGroup[]).filter((group) => !isSame(base[group], theirs[group]));
  return { edits: kept, clashes, changed };
}
