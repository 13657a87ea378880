import { plural } from "#lib/platform/format.ts";
import type { Counts, Manifest } from "../schema/manifest.ts";

/** Rows of each table, and which of them were not counted in the very state that was dumped; exact unless it says otherwise. */
export interface Counted extends Partial<Pick<Manifest, "counting" | "outsideSnapshot">> {
  counts: Counts;
}

/** What differs, a line each. */
export interface Comparison {
  /** Empty: it is what was dumped. */
  differences: string[];
  /** Numbers that nothing can be said of: neither for what was dumped nor against it. */
  told: string[];
}

/**
 * Numbers from before and after a dump do not bracket it: a queue of 100 may have had 103 at its moment and 98 afterwards. What was counted
 * like that is bad only where it is missing, or empty though it was not so on either side.
 */
export function compareCounts(
  { counts, counting, outsideSnapshot = [] }: Counted,
  found: Counts,
  unit = "rows",
): Comparison {
  const comparison: Comparison = { differences: [], told: [] };
  const isCertain = (table: string) => counting !== "range" && !outsideSnapshot.includes(table);
  for (const table of new Set([...Object.keys(counts), ...Object.keys(found)])) {
    const wanted = counts[table];
    const rows = found[table]?.[0];
    const tell = (words: string, isBad: boolean) =>
      comparison[isBad ? "differences" : "told"].push(`${table} ${words}`);
    if (!wanted) tell("was not dumped but is there", isCertain(table));
    else if (rows === undefined) {
      if (!mayBeMissing(wanted)) tell("is missing", true);
    } else if (rows < wanted[0] || rows > wanted[1]) {
      const numbers = wanted[0] === wanted[1] ? wanted[0] : wanted.join(" to ");
      tell(`has ${rows} ${unit} instead of ${numbers}`, isCertain(table) || (rows === 0 && wanted[0] > 0));
    }
  }
  return comparison;
}

/** A range from none: the table was not there, or empty, before the dump or after it. One counted in the dump is no range. */
const mayBeMissing = ([low, high]: readonly [number, number]) => low === 0 && high > 0;

/** Numbers named in a sentence; the report of a proof has more. */
const NAMED = 5;

/** How what was found, and is not bad, stands to what was counted. */
export function sayAgreement({ counting, outsideSnapshot = [] }: Counted, told: readonly string[]): string {
  if (told.length > 0) {
    const more = told.length > NAMED ? ` and ${told.length - NAMED} more` : "";
    return `${plural(told.length, "number")} other than around the dump, which is not judged (${told.slice(0, NAMED).join("; ")}${more})`;
  }
  if (counting === "range") return "within what was there before and after";
  return outsideSnapshot.length > 0 ? "as counted when it was dumped" : "as in the snapshot that was dumped";
}

/** Before and after a dump whose own snapshot could not be joined. */
export function mergeCounts(before: Counts, after: Counts): Counts {
  const merged: Counts = {};
  for (const table of new Set([...Object.keys(before), ...Object.keys(after)])) {
    const [first, last] = [before[table]?.[0], after[table]?.[0]];
    // Made or dropped while it was dumped: in the dump or not.
    if (first === undefined || last === undefined) merged[table] = [0, Math.max(first ?? 0, last ?? 0, 1)];
    else merged[table] = [Math.min(first, last), Math.max(first, last)];
  }
  return merged;
}

export const sumRows = (counts: Counts) => Object.values(counts).reduce((sum, [low]) => sum + low, 0);
