import type { Counts } from "../schema/manifest.ts";

/** What differs, a line each; empty when every table is there with as many rows. */
export function compareCounts(expected: Counts, found: Counts): string[] {
  const differences: string[] = [];
  for (const table of new Set([...Object.keys(expected), ...Object.keys(found)])) {
    const wanted = expected[table];
    const rows = found[table]?.[0];
    if (!wanted) differences.push(`${table} was not dumped but is there`);
    else if (rows === undefined) {
      if (!mayBeMissing(wanted)) differences.push(`${table} is missing`);
    } else if (rows < wanted[0] || rows > wanted[1])
      differences.push(
        `${table} has ${rows} rows instead of ${wanted[0] === wanted[1] ? wanted[0] : wanted.join(" to ")}`,
      );
  }
  return differences;
}

/** A range from none: the table was not there, or empty, before the dump or after it. One counted in the dump is no range. */
const mayBeMissing = ([low, high]: readonly [number, number]) => low === 0 && high > 0;

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
