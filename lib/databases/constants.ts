export const ACCOUNT_STATES = ["making", "active", "revoking", "revoked", "failed"] as const;
export type AccountState = (typeof ACCOUNT_STATES)[number];

/** What a run does to an account; `rotate` makes it anew where it is missing. */
export const ACCOUNT_ACTS = ["make", "rotate", "revoke"] as const;
export type AccountAct = (typeof ACCOUNT_ACTS)[number];

/** Kinds in the ledger. */
export const KINDS = { account: "database.account" } as const;

/** Connections a dashboard may hold at once, so that it cannot take them all from the app. */
export const CONNECTIONS_MAX = 10;

/** What the panel keeps of its own on a service's server: a database (MariaDB, MySQL) or a schema (PostgreSQL). */
export const PANEL_SPACE = "seaworthy";
