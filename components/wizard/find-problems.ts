import { type AnswerGroup, checkGroup, GROUPS } from "#lib/services/schema/answers.ts";
import { fieldOf } from "./asked-questions.ts";
import type { GroupAnswers } from "./edits.ts";

/**
 * Everything wrong with a group at once, by path within it. The schema looks at how answers fit together only when each
 * is right by itself; here those that are not stand aside for a second look, so that nobody is sent back twice.
 */
export function findProblems(group: AnswerGroup, answers: GroupAnswers): Record<string, string> {
  const first = checkGroup(group, answers);
  const wrong = new Set(Object.keys(first).map(fieldOf));
  if (wrong.size === 0) return first;
  const defaults = GROUPS[group].defaults as Record<string, unknown>;
  const others = { ...answers[group] };
  for (const field of wrong) others[field] = defaults[field];
  const second = Object.entries(checkGroup(group, { [group]: others }));
  return { ...Object.fromEntries(second.filter(([path]) => !wrong.has(fieldOf(path)))), ...first };
}
