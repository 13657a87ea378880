import type { Availability, BackupState, Trigger, VerificationLevel } from "#lib/backups/constants.ts";
import type { BackupBoardRow, BackupPoint, BackupSummary, BackupView } from "#lib/backups/types.ts";
import type { State } from "../ui/state-badge.tsx";

/** How far a backup was proven, in words. */
export const LEVEL_WORDS: Record<VerificationLevel, string> = {
  hash: "Read back",
  decode: "Unpacked",
  restore: "Restored",
  counts: "Restored and counted",
  smoke: "Restored, counted and tried",
};

/** What each level finds out, for those who have not met it: "whether …". */
export const LEVEL_MEANS: Record<VerificationLevel, string> = {
  hash: "whether every byte the target gives back is one that was stored",
  decode: "whether it opens, unpacks to its end, and ends as a whole one does",
  restore: "whether a throw-away server, apart from everything, takes all of it without an error",
  counts: "whether what comes back is what was counted when it was taken",
  smoke: "whether the app, or a question of its own, works on what comes back",
};

export const TRIGGER_WORDS: Record<Trigger, string> = {
  schedule: "on schedule",
  person: "asked for by a person",
  provision: "while it was provisioned",
  restore: "before a restore replaced living data",
  release: "before a release",
  change: "before a change of its data",
  retire: "before it was retired",
};

const isProven = (proven: VerificationLevel | null) => proven === "counts" || proven === "smoke";

/** The state of a backup as people see it. `alert`: amber, though nothing waits for a person. */
export function describeState(
  state: BackupState,
  proven: VerificationLevel | null,
): { state: State; word: string; alert?: boolean } {
  if (state === "running") return { state: "running", word: "Being taken" };
  if (state === "failed") return { state: "failed", word: "Failed" };
  if (state === "missed") return { state: "person", word: "Missed", alert: true };
  if (isProven(proven) && proven) return { state: "done", word: LEVEL_WORDS[proven] };
  if (proven === "restore") return { state: "person", word: "Restored, not counted", alert: true };
  return {
    state: "person",
    word: proven ? `${LEVEL_WORDS[proven]}, not restored` : "Stored, not proven",
    alert: true,
  };
}

/** Whether it can be had now, and why not; null where nothing was ever stored. */
export function describeAvailability(
  backup: Pick<BackupView, "availability" | "removedReason">,
): { state: State; word: string; why: string | null } | null {
  const look: Record<Availability, { state: State; word: string; why: string | null } | null> = {
    available: { state: "done", word: "Available", why: null },
    missing: {
      state: "failed",
      word: "Missing",
      why: "Its objects were not there when the target was last looked through.",
    },
    removed: { state: "undone", word: "Removed", why: backup.removedReason },
    none: null,
  };
  return look[backup.availability];
}

/** That there is nothing to bring back now: it was never proven, or what was is gone or was found bad. */
export const NOTHING_PROVEN = "Nothing proven now";
export const TOO_OLD = "Too old";

/** "11 of 12 services": of how many it is so. */
export const sayHowMany = (n: number, of: number) => `${n} of ${of} ${of === 1 ? "service" : "services"}`;

/** The claim about everything, in a sentence. */
export function sayAll({ services: total, asScheduled, panelAsScheduled }: BackupSummary): string {
  const proven = "provably restorable as scheduled";
  if (total === 0)
    return `No service has data yet; the panel itself is ${panelAsScheduled ? proven : `not ${proven}`}.`;
  const all = asScheduled === total && total > 1 ? `All ${total} services` : sayHowMany(asScheduled, total);
  if (!panelAsScheduled) return `${all} ${proven}; the panel itself is not.`;
  return asScheduled === 0 ? `${all} ${proven}; the panel itself is.` : `${all} ${proven}, and so is the panel itself.`;
}

/** Whether everything is as it should be. */
export const isAllAsScheduled = ({ services, asScheduled, panelAsScheduled }: BackupSummary) =>
  asScheduled === services && panelAsScheduled;

/** What the board has no line for; null: nothing. */
export function sayWithoutData({ withoutData: n }: BackupSummary): string | null {
  if (n === 0) return null;
  return n === 1
    ? "1 live service has nothing that the panel would back up by itself, and no policy: it is not listed."
    : `${n} live services have nothing that the panel would back up by itself, and no policy: they are not listed.`;
}

/** What comes next of a line of the board, when nothing has a time. */
export function sayNext(row: Pick<BackupBoardRow, "policyId" | "enabled" | "nextAt">): string {
  if (row.policyId === null) return "No schedule";
  return row.enabled ? "Only by hand" : "Paused";
}

/** What a restore point's claim lacks, in words; null when it holds. */
export function sayWhatIsMissing(
  point: Pick<BackupPoint, "state" | "availability" | "proven" | "verifications">,
): string | null {
  if (point.state === "running") return "It is still being taken.";
  if (point.state === "missed") return "It was due and could not begin.";
  if (point.availability === "removed") return "It was removed; this page is what is left of it.";
  if (point.availability === "missing") return "Its objects are not where they were stored.";
  if (point.state === "failed")
    return point.verifications.some((look) => !look.ok)
      ? "It was stored, and then found not to be good."
      : "It did not get as far as being stored.";
  if (isProven(point.proven)) return null;
  if (point.proven === "restore") return "It was restored, and what came back has not been counted.";
  if (point.proven === "decode") return "It reads and unpacks; nobody has restored it yet.";
  if (point.proven === "hash") return "It reads as it was stored; nobody has unpacked or restored it yet.";
  return "It was stored, and nothing about it has been proven yet.";
}

/** Middle of the sizes: what is usual. */
export function findMedian(sizes: readonly { sizeBytes: number }[]): number | null {
  const sorted = sizes.map((one) => one.sizeBytes).sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const [upper, lower] = [sorted[middle], sorted[middle - 1]];
  if (upper === undefined) return null;
  return sorted.length % 2 === 1 || lower === undefined ? upper : (upper + lower) / 2;
}
