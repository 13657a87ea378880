/** What is written down at an item, characters. */
export const ITEM_NOTE_MAX = 4000;
/** An address, or what a file shows. */
export const EVIDENCE_TEXT_MAX = 2000;
export const EVIDENCE_FILE_MAX_BYTES = 10 * 1024 * 1024;
/** Of one item, those taken back not counted. */
export const EVIDENCE_MAX = 50;
/** As much as a skipped step's line has room for, beside who and until when. */
export const WAIVER_REASON_MAX = 200;
export const WAIVER_MAX_DAYS = 366;
export const DUE_MAX_DAYS = 731;

/** What the list of open items shows: those for the reader when nothing is asked for. */
export const ITEM_VIEWS = ["mine", "overdue", "all"] as const;
export type ItemViewName = (typeof ITEM_VIEWS)[number];

/** Code of the refusal that comes when whoever asked for a run may no longer do it, or not this step of it. */
export const NOT_ALLOWED = "runs.not_allowed";
