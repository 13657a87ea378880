import { type Sql, sql } from "#lib/platform/db/sql.ts";

/** A step as its worker knows it. */
export interface Held {
  id: number;
  token: number;
}

export type LeaseState = "held" | "cancelled" | "lost";

/**
 * Prolongs these leases and says how each stands. A lease that ran out is prolonged too as long as nobody took the step:
 * the token, not the clock, decides who may write.
 */
export async function renewLeases(held: readonly Held[], leaseMs: number): Promise<Map<number, LeaseState>> {
  if (held.length === 0) return new Map();
  const ids = held.map((step) => step.id).sort((a, b) => a - b);
  const rows = await sql.rows<{ id: number; leaseToken: number; cancelled: number }>(
    `SELECT s.id, s.leaseToken, r.cancelRequestedAt IS NOT NULL AS cancelled FROM Step s JOIN Run r ON r.id = s.runId
     WHERE s.id IN (?) AND s.state = 'running'`,
    [ids],
  );
  const found = new Map(rows.map((row) => [row.id, row]));
  const states = new Map<number, LeaseState>();
  const mine: Held[] = [];
  for (const step of held) {
    const row = found.get(step.id);
    if (row?.leaseToken !== step.token) states.set(step.id, "lost");
    else {
      states.set(step.id, row.cancelled ? "cancelled" : "held");
      mine.push(step);
    }
  }
  if (mine.length === 0) return states;
  // Between the two statements a sweeper may have taken one: the pairs keep this from touching its next holder's lease.
  await sql.run(
    `UPDATE Step SET leaseUntil = UTC_TIMESTAMP(3) + INTERVAL ? MICROSECOND
     WHERE id IN (?) AND state = 'running' AND (id, leaseToken) IN (${mine.map(() => "(?, ?)").join(", ")})`,
    [leaseMs * 1000, mine.map((step) => step.id), ...mine.flatMap((step) => [step.id, step.token])],
  );
  return states;
}

/** Locks the step's row and proves that it is still held with this token; false: somebody else's now. */
export async function proveLease(on: Sql, { id, token }: Held): Promise<boolean> {
  const rows = await on.rows("SELECT id FROM Step WHERE id = ? AND leaseToken = ? AND state = 'running' FOR UPDATE", [
    id,
    token,
  ]);
  return rows.length === 1;
}
