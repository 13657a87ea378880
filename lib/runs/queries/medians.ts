import { sql } from "#lib/platform/db/sql.ts";
import type { RunMode } from "../types.ts";

const SAMPLE = 21;
const KEEP_MS = 60_000;

const known = new Map<string, { ms: number | null; at: number }>();

async function readMedian(name: string, mode: RunMode): Promise<number | null> {
  const rows = await sql.rows<{ ms: number }>(
    `SELECT TIMESTAMPDIFF(MICROSECOND, a.startedAt, a.finishedAt) / 1000 AS ms
     FROM Attempt a JOIN (
       SELECT s.id FROM Step s JOIN Run r ON r.id = s.runId
       WHERE s.name = ? AND s.state = 'succeeded' AND r.mode = ? ORDER BY s.id DESC LIMIT ?
     ) recent ON recent.id = a.stepId
     WHERE a.state = 'succeeded' ORDER BY ms`,
    [name, mode, SAMPLE],
  );
  const middle = rows[Math.floor(rows.length / 2)];
  return middle ? Math.round(Number(middle.ms)) : null;
}

/** Median run time of each of these steps in its last runs, milliseconds; remembered for a minute. */
export async function medians(names: readonly string[], mode: RunMode): Promise<Map<string, number | null>> {
  const found = new Map<string, number | null>();
  for (const name of new Set(names)) {
    const key = `${mode} ${name}`;
    let median = known.get(key);
    if (!median || Date.now() - median.at > KEEP_MS) {
      median = { ms: await readMedian(name, mode), at: Date.now() };
      known.set(key, median);
    }
    found.set(name, median.ms);
  }
  return found;
}
