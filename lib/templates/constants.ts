export const ITEMS_MAX = 200;
/** What stands before the keys of items an organisation has written itself. */
export const OWN_ITEM = "own.";
/** What stands before the keys of checklists an organisation has written itself. */
export const OWN_CHECKLIST = "own-";

export const OPERATORS = ["is", "is-not", "includes", "is-set"] as const;
export type Operator = (typeof OPERATORS)[number];

export const ITEM_ROLES = ["staff", "manager", "dba", "admin"] as const;

export const REVISION_STATES = ["draft", "published", "withdrawn"] as const;
export type RevisionState = (typeof REVISION_STATES)[number];

/** The panel's checklists that somebody starts on their own; the others belong to what starts them. */
export const STARTABLE = ["new-project", "new-host", "restore-test"] as const;
