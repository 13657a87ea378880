/** What an item of a live service's checklist is now. */
export const TICK_STATES = ["true", "false", "unknown", "waived"] as const;
export type TickState = (typeof TICK_STATES)[number];

export const BOARD_FILTERS = ["open", "mine"] as const;
export type BoardFilter = (typeof BOARD_FILTERS)[number];
export const BOARD_SORTS = ["worst", "name"] as const;
export type BoardSort = (typeof BOARD_SORTS)[number];

/** Checklists whose items become ticks once their run has succeeded. */
export const MAKERS: readonly string[] = ["provision", "add-environment"];
/** Checklists that make a thing of the service anew: from then on the newer step says what it should be like. */
export const REMAKERS: readonly string[] = ["move", "move-back", "rotate-secret"];
/** While a run of these is under way things are not as they will be, and nobody is told. */
export const DISTURBERS: readonly string[] = [
  ...MAKERS,
  ...REMAKERS,
  ...["deploy", "decommission", "restore-swap", "swap", "data-change"],
];

/** Steps that are acts and leave nothing behind that could stop being so. */
const MOMENTS: readonly string[] = [
  "notifications.mail",
  "notifications.push",
  "backups.ping",
  "watching.pause",
  "watching.resume",
];
/** What runs is the stack's tick; a release's own steps are history. */
export const isMoment = (stepName: string): boolean => MOMENTS.includes(stepName) || stepName.startsWith("releases.");

/** `subjectType` in the audit trail. */
export const TICK_SUBJECT = "service";
/** Most ticks one mail names. */
export const NEWS_MAX = 500;
