import { sqlTransaction } from "#lib/platform/db/sql.ts";
import { EVENT_COLUMNS, GENESIS, linkHash, type SealedFields } from "./chain.ts";

const BATCH = 500;

/**
 * Chains events that are not sealed yet to those that are. Sealers beside each other wait at the first unsealed row, and the
 * unique index on seq refuses a second link at one place. Returns how many were sealed.
 */
export async function sealAudit(): Promise<number> {
  return sqlTransaction(async (sql) => {
    const events = await sql.rows<SealedFields>(
      `SELECT ${EVENT_COLUMNS} FROM AuditEvent WHERE seq IS NULL ORDER BY id LIMIT ? FOR UPDATE`,
      [BATCH],
    );
    if (events.length === 0) return 0;
    // Read after the lock is held, so that it is the last link of whoever held it before.
    const [head] = await sql.rows<{ seq: number; hash: Uint8Array }>(
      "SELECT seq, hash FROM AuditEvent WHERE seq IS NOT NULL ORDER BY seq DESC LIMIT 1",
    );
    let seq = head?.seq ?? 0;
    let prevHash = head?.hash ?? GENESIS;
    const links: unknown[][] = [];
    for (const event of events) {
      seq++;
      const hash = linkHash(prevHash, seq, event);
      links.push([seq, Buffer.from(prevHash), Buffer.from(hash), event.id]);
      prevHash = hash;
    }
    await sql.batch("UPDATE AuditEvent SET seq = ?, prevHash = ?, hash = ? WHERE id = ? AND seq IS NULL", links);
    return events.length;
  });
}
