import { sqlTransaction } from "#lib/platform/db/sql.ts";
import { wakeWatchers } from "../wake.ts";

/** Lines of one attempt, ready to be stored. */
export interface LogBatch {
  stepId: number;
  token: number;
  attemptId: number;
  runId: number;
  chunks: { firstSeq: number; count: number; body: string }[];
  /** Number of the attempt's last line with these. */
  lines: number;
}

/**
 * Stores lines of many attempts in one transaction, each only while its lease holds: a shared lock on the step keeps the
 * sweeper from giving it away in between. Returns for each whether it was stored.
 */
export async function storeLogs(batches: LogBatch[]): Promise<boolean[]> {
  const stored = await sqlTransaction(async (sql) => {
    const rows = await sql.rows<{ id: number; leaseToken: number }>(
      "SELECT id, leaseToken FROM Step WHERE id IN (?) AND state = 'running' ORDER BY id LOCK IN SHARE MODE",
      [batches.map((batch) => batch.stepId)],
    );
    const tokens = new Map(rows.map((row) => [row.id, row.leaseToken]));
    const held = batches.filter((batch) => tokens.get(batch.stepId) === batch.token);
    // A batch whose commit was not heard of comes again: its chunks are there already.
    await sql.batch(
      "INSERT INTO LogChunk (attemptId, firstSeq, count, body) VALUES (?, ?, ?, ?) ON DUPLICATE KEY UPDATE count = count",
      held.flatMap(({ attemptId, chunks }) =>
        chunks.map((chunk) => [attemptId, chunk.firstSeq, chunk.count, chunk.body]),
      ),
    );
    await sql.batch(
      "UPDATE Attempt SET `lines` = ? WHERE id = ?",
      held.map((batch) => [batch.lines, batch.attemptId]),
    );
    return new Set(held);
  });
  wakeWatchers([...stored].map((batch) => batch.runId));
  return batches.map((batch) => stored.has(batch));
}
