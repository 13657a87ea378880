import { type AnswerGroup, GROUPS } from "#lib/services/schema/answers.ts";
import type { Condition } from "../schema/content.ts";

interface AnswerWords {
  title: string;
  choices?: Readonly<Record<string, string>>;
}

/** The wizard's own words for an answer: its question, and its choices by value. */
export function findAnswerWords(field: string): AnswerWords | undefined {
  const [group = "", name = ""] = field.split(".");
  if (!Object.hasOwn(GROUPS, group)) return undefined;
  const questions: readonly (AnswerWords & { field: string })[] = GROUPS[group as AnswerGroup].questions;
  return questions.find((question) => question.field === name);
}

export const OPERATOR_WORDS = { is: "is", "is-not": "is not", includes: "includes", "is-set": "is given" } as const;

/** "“Does it need a database?” is MariaDB". */
export function describeCondition({ field, op, value }: Condition): string {
  const words = findAnswerWords(field);
  const what = words ? `“${words.title}”` : field;
  return `${what} ${OPERATOR_WORDS[op]}${op === "is-set" ? "" : ` ${words?.choices?.[value] ?? value}`}`;
}

/** What a list's entry is called: itself, or the first of the fields that name things. */
export function nameEntry(entry: unknown): string {
  if (typeof entry !== "object" || entry === null) return String(entry);
  const one = entry as Record<string, unknown>;
  return String(one.service ?? one.name ?? one.container ?? "");
}

/** An answer as text, without any secret or long value that may be in it; empty when nothing was answered. */
export function answerText(value: unknown): string {
  if (value === true) return "yes";
  if (value === false) return "no";
  return Array.isArray(value) ? value.map(nameEntry).join(", ") : nameEntry(value ?? "");
}
