import type { Question } from "#lib/services/schema/define-group.ts";

type Row = Record<string, unknown>;
const isRow = (value: unknown): value is Row => typeof value === "object" && value !== null;
const text = (value: unknown): string => (typeof value === "string" || typeof value === "number" ? String(value) : "");

/** How one entry of a list reads in a line. */
const LINES: Readonly<Record<string, (row: Row, question: Question) => string>> = {
  dependsOn: (row) => (row.reason ? `${text(row.service)}: ${text(row.reason)}` : text(row.service)),
  affects: (row) => `${text(row.service)}: ${text(row.note)}`,
  ports: (row, { choices }) => {
    const how = choices?.[text(row.publish)] ?? text(row.publish);
    const where = row.publish === "fixed" ? `${how} ${text(row.published)}` : how;
    return `${text(row.container)}/${text(row.protocol)} ${text(row.purpose)}, ${where.toLowerCase()}`;
  },
  volumes: (row) => `${text(row.name)} at ${text(row.target)}${row.readOnly === true ? ", read-only" : ""}`,
  env: (row) => `${text(row.name)}=${text(row.value)}`,
  nixosOptions: (row) => `${text(row.name)} = ${text(row.value)}`,
  others: (row) => `${text(row.name)}: ${row.source === "stored" ? "a value of your own" : "a random value"}`,
};

/** An answer in words, a line for each entry of a list; none when there is nothing to say. */
export function formatAnswer(question: Question, value: unknown): string[] {
  if (Array.isArray(value))
    return value.map((entry: unknown) => {
      if (isRow(entry)) return LINES[question.field]?.(entry, question) ?? "";
      return question.choices?.[text(entry)] ?? text(entry);
    });
  if (typeof value === "boolean") return [value ? "Yes" : "No"];
  if (value === null) return question.hint?.startsWith("Empty: ") ? [question.hint.slice("Empty: ".length)] : [];
  const words = text(value);
  if (words === "") return [];
  return [question.choices?.[words] ?? words];
}
