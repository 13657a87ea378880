import type { AnswerGroup } from "#lib/services/schema/answers.ts";
import type { DraftCheck } from "#lib/services/types.ts";
import { fieldOf } from "./asked-questions.ts";
import { type GroupAnswers, isSame } from "./edits.ts";

/** What the server found, and the answers it looked at. */
export interface Checked {
  check: DraftCheck;
  answers: GroupAnswers;
}

/**
 * The findings for one group, by path within it. Those about an answer that was changed since are left out: they speak
 * of something that no longer stands there.
 */
export function findingsFor(
  group: AnswerGroup,
  kind: "fields" | "warnings",
  { check, answers }: Checked,
  now: GroupAnswers,
): Record<string, string> {
  const prefix = `${group}.`;
  return Object.fromEntries(
    Object.entries(check[kind]).flatMap(([path, message]) => {
      if (!path.startsWith(prefix)) return [];
      const inner = path.slice(prefix.length);
      const field = fieldOf(inner);
      return isSame(answers[group][field], now[group][field]) ? [[inner, message]] : [];
    }),
  );
}
