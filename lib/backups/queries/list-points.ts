import { db, type Tx } from "#lib/platform/db/client.ts";
import { PROVEN_FROM, VERIFICATION_LEVELS } from "../constants.ts";
import type { RetentionPoint } from "../retention/plan-retention.ts";

const PROVEN_LEVELS = VERIFICATION_LEVELS.slice(VERIFICATION_LEVELS.indexOf(PROVEN_FROM));

export interface KeptPoint extends RetentionPoint {
  key: string;
  targetId: string;
  sizeBytes: number;
}

/**
 * A policy's points that count for its retention: stored or verified, there, not removed. Those that failed, were missed or are
 * missing are none, and no rule ever removes one of them.
 */
export async function listPoints(policyId: string, now: Date, tx: Tx = db()): Promise<KeptPoint[]> {
  const rows = await tx.backup.findMany({
    where: { policyId, state: { in: ["stored", "verified"] }, removedAt: null, missingAt: null },
    select: {
      ...{ id: true, key: true, targetId: true, startedAt: true, proven: true, sizeBytes: true, lockedUntil: true },
      ...{ pinnedAt: true, pinnedBy: { select: { displayName: true } } },
      restores: { where: { state: "running" }, select: { id: true }, take: 1 },
      links: { where: { revokedAt: null, expiresAt: { gt: now } }, select: { id: true }, take: 1 },
    },
  });
  return rows.map((row) => ({
    ...{ id: row.id, key: row.key, targetId: row.targetId, startedAt: row.startedAt },
    sizeBytes: Number(row.sizeBytes ?? 0),
    proven: PROVEN_LEVELS.some((level) => level === row.proven),
    pinned: row.pinnedAt ? `pinned by ${row.pinnedBy?.displayName ?? "somebody who is gone"}` : null,
    lockedUntil: row.lockedUntil,
    inUse:
      row.restores.length > 0 ? "it is being restored" : row.links.length > 0 ? "a link to it is still open" : null,
  }));
}
