import { type Comparison, compareCounts } from "./counts.ts";
import type { Survey } from "./snapshot.ts";

/** How what a database holds now stands to what it should: rows of each table, and of the checksums those that both have. */
export function compareSurveys(expected: Survey, found: Survey): Comparison {
  // Backups of before may have counted those.
  const isCounted = ([table]: [string, unknown]) => !found.uncounted?.includes(table);
  const counts = Object.fromEntries(Object.entries(expected.counts).filter(isCounted));
  const comparison = compareCounts({ ...expected, counts }, found.counts);
  for (const [table, checksum] of Object.entries(expected.checksums).filter(isCounted)) {
    const other = found.checksums[table];
    // One with its history is not counted: nothing but its checksum says that it was there.
    const isKnown = Object.hasOwn(counts, table) || Object.hasOwn(found.counts, table);
    if (other === undefined && !isKnown) comparison.differences.push(`${table} is missing`);
    if (other !== undefined && other !== checksum)
      comparison.differences.push(`${table} has other content: its checksum is another`);
  }
  return comparison;
}
