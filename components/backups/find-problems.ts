import type { z } from "zod";

interface Issue {
  code: string;
  message: string;
  path: PropertyKey[];
  expected?: string;
  minimum?: unknown;
  maximum?: unknown;
}

/** zod's own words for numbers are for programmers. */
function wordIssue(issue: Issue): string {
  if (issue.code === "invalid_type" && (issue.expected === "number" || issue.expected === "int"))
    return "Give a whole number.";
  if (/^Too (big|small)/.test(issue.message))
    return issue.code === "too_big" ? `At most ${String(issue.maximum)}.` : `At least ${String(issue.minimum)}.`;
  if (issue.code === "invalid_format" && issue.path.at(-1) === "targetId") return "Choose where it goes.";
  return issue.message;
}

/** What the server would refuse, by field, found before it is asked: the same schema. */
export function findProblems(schema: z.ZodType, body: unknown): Record<string, string> {
  const result = schema.safeParse(body);
  const fields: Record<string, string> = {};
  for (const issue of result.success ? [] : (result.error.issues as Issue[]))
    fields[issue.path.map(String).join(".") || "body"] ??= wordIssue(issue);
  return fields;
}

/** A number as it was typed; NaN, which every schema refuses, where it is none. */
export const readWhole = (text: string): number => (/^\d{1,12}$/.test(text.trim()) ? Number(text) : Number.NaN);

/** The lines somebody typed, without empty ones. */
export const readLines = (text: string): string[] =>
  text
    .split("\n")
    .map((line) => line.trim())
    .filter(Boolean);

/** What is wrong at a path; of a text of many lines, with the first wrong one. */
export function problemAt(fields: Record<string, string>, path: string): string | undefined {
  if (fields[path]) return fields[path];
  const line = Object.keys(fields).find(
    (key) => key.startsWith(`${path}.`) && /^\d+$/.test(key.slice(path.length + 1)),
  );
  return line ? `Line ${Number(line.slice(path.length + 1)) + 1}: ${fields[line]}` : undefined;
}
