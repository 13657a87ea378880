import { answerText, describeCondition, findAnswerWords, nameEntry } from "#lib/templates/format/conditions.ts";
import type { Condition } from "#lib/templates/schema/content.ts";

function readField(answers: unknown, field: string): unknown {
  let value = answers;
  for (const part of field.split(".")) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, part)) return undefined;
    value = (value as Record<string, unknown>)[part];
  }
  return value;
}

const isSet = (value: unknown) =>
  value !== undefined &&
  value !== null &&
  value !== "" &&
  value !== false &&
  !(Array.isArray(value) && value.length === 0);

const same = (one: string, other: string) => one.trim().toLowerCase() === other.trim().toLowerCase();
const isValue = (value: unknown, wanted: string) =>
  typeof value === "boolean"
    ? same(String(value), wanted) || same(answerText(value), wanted)
    : same(answerText(value), wanted);

function holds({ op, value: wanted }: Condition, value: unknown): boolean {
  if (op === "is-set") return isSet(value);
  if (op === "is") return value !== undefined && isValue(value, wanted);
  if (op === "is-not") return value !== undefined && !isValue(value, wanted);
  if (Array.isArray(value)) return value.some((entry) => same(nameEntry(entry), wanted));
  return typeof value === "string" && value.toLowerCase().includes(wanted.trim().toLowerCase());
}

/** Why the conditions leave an item out, in words; undefined: they all hold. */
export function explainUnmet(conditions: readonly Condition[], answers: unknown): string | undefined {
  for (const condition of conditions) {
    const value = readField(answers, condition.field);
    if (holds(condition, value)) continue;
    const words = findAnswerWords(condition.field)?.choices?.[String(value)] ?? answerText(value);
    const found = value === undefined ? "that is not known here" : `here it is ${words === "" ? "not given" : words}`;
    return `Done only where ${describeCondition(condition)}: ${found}.`;
  }
  return undefined;
}
