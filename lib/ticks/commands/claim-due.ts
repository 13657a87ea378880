import { sqlTransaction } from "#lib/platform/db/sql.ts";

/** A service whose ticks this worker looks at. */
export interface ClaimedService {
  id: string;
  name: string;
  /** What `ticksDueAt` was set to: whoever finds another value has been overtaken. */
  until: Date;
}

/**
 * Takes up to `count` live services whose turn has come, the longest overdue first. Any number of workers may: each takes what
 * no other holds. One that dies leaves them to the next worker after `leaseMs`.
 */
export async function claimDue(count: number, leaseMs: number): Promise<ClaimedService[]> {
  return sqlTransaction(async (sql) => {
    const rows = await sql.rows<{ id: string; name: string }>(
      `SELECT id, name FROM Service WHERE ticksDueAt <= UTC_TIMESTAMP(3) AND state = 'live'
        ORDER BY ticksDueAt LIMIT ? FOR UPDATE SKIP LOCKED`,
      [count],
    );
    if (rows.length === 0) return [];
    const [clock] = await sql.rows<{ until: Date }>("SELECT UTC_TIMESTAMP(3) + INTERVAL ? MICROSECOND AS `until`", [
      leaseMs * 1_000,
    ]);
    if (!clock) return [];
    await sql.run("UPDATE Service SET ticksDueAt = ? WHERE id IN (?)", [clock.until, rows.map(({ id }) => id)]);
    return rows.map((row) => ({ ...row, until: clock.until }));
  });
}
