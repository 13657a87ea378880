/** draft → proposed → approved → running → reporting → done or failed: it closes with a report, whatever became of it. */
export const DATA_CHANGE_STATES = [
  "draft",
  "proposed",
  "approved",
  "running",
  "reporting",
  "done",
  "failed",
  "rejected",
  "expired",
  "cancelled",
] as const;
export type DataChangeState = (typeof DATA_CHANGE_STATES)[number];

/** What it says may still be changed, and may not be carried out any more once that is. */
export const EDITABLE_STATES: readonly DataChangeState[] = ["draft", "proposed", "approved"];
/** Over, whatever became of it. */
export const CLOSED_STATES: readonly DataChangeState[] = ["done", "failed", "rejected", "expired", "cancelled"];

/** How old the backup may be that is the way back, counted from its end. */
export const PROOF_HOURS = 6;

export const STATEMENTS_MAX = 100;
export const SCRIPT_MAX = 60_000;
export const PROSE_MAX = 8_000;

/**
 * How a carrying out ended. refused: everything was taken back; stopped: it never came to the statements; unknown: the panel was stopped
 * while the database made it final.
 */
export const OUTCOMES = ["committed", "refused", "stopped", "unknown"] as const;

/** The turns at which people get a mail. */
export const TURNS = ["proposed", "approved", "rejected", "ended", "closed"] as const;
export type Turn = (typeof TURNS)[number];

/** What a list of data changes can be narrowed to. `waiting`: for the reader's own word or act. */
export const LIST_FILTERS = ["waiting", "open", "closed"] as const;
export type ListFilter = (typeof LIST_FILTERS)[number];
