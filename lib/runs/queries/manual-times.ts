import { sql } from "#lib/platform/db/sql.ts";

/** Of the newest items that somebody did, of whatever checklist: enough for a median, and never a look at all. */
const LOOK_BACK = 2_000;
const SAMPLE = 21;
const KEEP_MS = 60_000;

const known = new Map<string, { byKey: Map<string, number>; at: number }>();

function middleOf(times: readonly number[]): number {
  const sorted = [...times].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}

async function read(checklistKey: string): Promise<Map<string, number>> {
  const rows = await sql.rows<{ key: string; ms: number }>(
    `SELECT s.\`key\`, TIMESTAMPDIFF(MICROSECOND, GREATEST(s.readyAt, COALESCE(s.claimedAt, s.readyAt)), s.finishedAt) / 1000 AS ms
     FROM (SELECT id FROM Step WHERE name = 'manual' AND state = 'succeeded' ORDER BY id DESC LIMIT ?) newest
     JOIN Step s ON s.id = newest.id JOIN Run r ON r.id = s.runId
     WHERE s.confirmedById IS NOT NULL AND s.readyAt IS NOT NULL
       AND r.mode = 'apply' AND r.checklistKey = ? ORDER BY s.id DESC`,
    [LOOK_BACK, checklistKey],
  );
  const byKey = Map.groupBy(rows, (row) => row.key);
  return new Map(
    [...byKey].map(([key, same]) => [key, Math.round(middleOf(same.slice(0, SAMPLE).map(({ ms }) => Number(ms))))]),
  );
}

/** Median time each manual item of this checklist took in its last runs, by its key; remembered for a minute. */
export async function manualTimes(checklistKey: string): Promise<Map<string, number>> {
  const found = known.get(checklistKey);
  if (found && Date.now() - found.at <= KEEP_MS) return found.byKey;
  const byKey = await read(checklistKey);
  known.set(checklistKey, { byKey, at: Date.now() });
  return byKey;
}
