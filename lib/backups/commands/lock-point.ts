import type { Tx } from "#lib/platform/db/client.ts";

/**
 * Whoever removes, pins, gives away or judges the same point comes before or after, not between. The first thing a transaction
 * does: what it reads from then on is what the one before it left.
 */
export async function lockPoint(tx: Tx, backupId: string): Promise<void> {
  await tx.$queryRaw`SELECT id FROM Backup WHERE id = ${backupId} FOR UPDATE`;
}
