import { nextStart, overdueAfter, type Schedule } from "./cron.ts";

interface Rhythm extends Schedule {
  graceMinutes: number;
  /** Each backup is restored when it is taken. */
  restoreEach: boolean;
  /** When points are restored by themselves; null: they are not. */
  verifyCron: string | null;
}

/**
 * Until when a proven point is as new as its policy's schedule lets it be: the next backup has the policy's time to be taken, and
 * then until it has to be proven, which is when the one after it is due, or at the next time for proofs. Where no proof is asked
 * for, each backup is expected to be one. null: backups are taken by hand, so that no age is too old.
 */
export function findOldAt(rhythm: Rhythm, provenAt: Date): Date | null {
  const { graceMinutes, restoreEach, verifyCron, jitterMinutes } = rhythm;
  const newer = nextStart(rhythm, provenAt);
  const stored = overdueAfter(newer, graceMinutes);
  if (!newer || !stored) return null;
  if (restoreEach || verifyCron === null) return overdueAfter(nextStart(rhythm, newer), graceMinutes);
  // A proof that begins while the newer one may still be taken proves the older.
  const proof = nextStart({ ...rhythm, cron: verifyCron, jitterMinutes: 0 }, stored);
  return overdueAfter(proof, jitterMinutes + graceMinutes);
}
