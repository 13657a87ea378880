import { formatRelative } from "#lib/platform/format.ts";
import type { State } from "../ui/state-badge.tsx";

interface ShownRecord {
  state: State;
  word: string;
  alert?: boolean;
}

const RECORD: Record<string, ShownRecord> = {
  pending: { state: "running", word: "Waiting to be written" },
  in_sync: { state: "done", word: "In sync" },
  error: { state: "failed", word: "Refused" },
  drift: { state: "person", word: "Changed elsewhere", alert: true },
  removing: { state: "running", word: "Being removed" },
  removed: { state: "undone", word: "Removed" },
};

export const stateOfRecord = (state: string): ShownRecord => RECORD[state] ?? { state: "waiting", word: state };

/** Whether the record is on its way somewhere, so that a page asks again soon. */
export const isMoving = (state: string): boolean => state === "pending" || state === "removing";

export const REMOVED_BECAUSE: Record<string, string> = {
  deleted: "Somebody deleted it",
  expired: "It expired",
  undone: "The run that made it was undone",
};

const DAY_MS = 86_400_000;

/** How near its end is, and how loudly that is said. */
export function describeEnd(expiresAt: string, now: number): { tone: "quiet" | "soon" | "near"; text: string } {
  const left = Date.parse(expiresAt) - now;
  const text = `Ends ${formatRelative(Date.parse(expiresAt), now)}`;
  return { tone: left < 7 * DAY_MS ? "near" : left < 30 * DAY_MS ? "soon" : "quiet", text };
}
