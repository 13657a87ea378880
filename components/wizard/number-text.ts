/**
 * What a number field holds: a number when the text is exactly one, nothing when it is empty, and otherwise the text
 * itself, so that typing `0.0` on the way to `0.05` is not undone and a mistake stays to be seen.
 */
export function readNumber(text: string): number | string | null {
  const trimmed = text.trim();
  if (trimmed === "") return null;
  return String(Number(trimmed)) === trimmed && Number.isFinite(Number(trimmed)) ? Number(trimmed) : text;
}

/** The same when the field is left: `0.50` and `007` are numbers too. */
export function settleNumber(value: unknown): unknown {
  if (typeof value !== "string") return value;
  const text = value.trim().replace(/^(\d+),(\d+)$/, "$1.$2");
  return /^\d+(\.\d+)?$/.test(text) ? Number(text) : value;
}

export const showNumber = (value: unknown): string => (value === null || value === undefined ? "" : String(value));
