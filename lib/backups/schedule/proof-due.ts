import { overdueAfter } from "./cron.ts";

interface Proving {
  enabled: boolean;
  /** Each backup is restored when it is taken. */
  restoreEach: boolean;
  /** When a point is restored by itself next; null: it is not. It stays while its proof cannot begin. */
  nextVerifyAt: Date | null;
  graceMinutes: number;
  unprovenSince: Date | null;
}

/** Since when a policy's proofs are not what it asks for: they stopped, or the next has not begun in time. null: they are, or none is asked for. */
export function findProofOverdue(
  { enabled, restoreEach, nextVerifyAt, graceMinutes, unprovenSince }: Proving,
  now: Date,
): Date | null {
  if (!enabled || (!restoreEach && nextVerifyAt === null)) return null;
  if (unprovenSince) return unprovenSince;
  const late = overdueAfter(nextVerifyAt, graceMinutes);
  return late && late <= now ? late : null;
}
