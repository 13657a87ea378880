import { listDatabases } from "../format.ts";
import type { Counts } from "../schema/manifest.ts";

/** Which database of a MongoDB point is meant: the one that is named, else the only one; null: that is not said. */
export function findPointDatabase(counts: Counts, asked: string | undefined): string | null {
  const all = listDatabases(counts);
  const [first] = all;
  if (asked !== undefined) return all.includes(asked) ? asked : null;
  return all.length === 1 && first !== undefined ? first : null;
}
