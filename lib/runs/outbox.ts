import type { Tx } from "#lib/platform/db/client.ts";
import { sqlTransaction } from "#lib/platform/db/sql.ts";
import { ringRuns } from "./ring.ts";

const TOPIC = "run.ready";
const BATCH = 200;

/** Promises, in the caller's transaction, that the run's ready steps will be rung for even if the caller dies right after. */
export async function addOutboxRow(tx: Tx, runId: number): Promise<void> {
  await tx.outbox.create({ data: { topic: TOPIC, payload: { runId } } });
}

/**
 * Rings for outbox rows whose request could not. Several relays work side by side: each row is locked by one.
 * Returns how many rows it dealt with; throws when Redis is away, leaving the rows.
 */
export async function relayOutbox(): Promise<number> {
  return sqlTransaction(async (sql) => {
    const rows = await sql.rows<{ id: number; payload: { runId: number } }>(
      "SELECT id, payload FROM Outbox WHERE sentAt IS NULL AND topic = ? ORDER BY id LIMIT ? FOR UPDATE SKIP LOCKED",
      [TOPIC, BATCH],
    );
    if (rows.length === 0) return 0;
    await ringRuns([...new Set(rows.map((row) => row.payload.runId))]);
    await sql.run("UPDATE Outbox SET sentAt = UTC_TIMESTAMP(3) WHERE id IN (?)", [rows.map((row) => row.id)]);
    return rows.length;
  });
}
