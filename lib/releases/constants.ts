export const RELEASE_STATES = ["resolving", "ready", "failed"] as const;
export type ReleaseState = (typeof RELEASE_STATES)[number];

export const RELEASE_ORIGINS = ["person", "webhook", "token"] as const;
export type ReleaseOrigin = (typeof RELEASE_ORIGINS)[number];

/** How a release comes to an environment. */
export const DEPLOYMENT_KINDS = ["release", "rollback", "break-glass"] as const;
export type DeploymentKind = (typeof DEPLOYMENT_KINDS)[number];

/**
 * proposed → approved → (scheduled →) running → soaking → done. `failed` left nothing as it should be; `rolled_back` failed and
 * serves what served before; `void`: what was approved is not what would run any more.
 */
export const DEPLOYMENT_STATES = [
  "proposed",
  "approved",
  "scheduled",
  "running",
  "soaking",
  "done",
  "failed",
  "rolled_back",
  "rejected",
  "expired",
  "superseded",
  "void",
  "cancelled",
] as const;
export type DeploymentState = (typeof DEPLOYMENT_STATES)[number];

/** Nothing has happened outside yet; something may still make it end without. */
export const OPEN_STATES: readonly DeploymentState[] = ["proposed", "approved", "scheduled"];
/** Under way: one of an environment at a time. */
export const MOVING_STATES: readonly DeploymentState[] = ["running", "soaking"];

/** Hours a proposal waits for its approvals, an approved one for its start, and a break-glass one for its review. */
export const PENDING_HOURS = 72;
export const UNUSED_HOURS = 24;
export const REVIEW_HOURS = 24;

export const WEBHOOK_KINDS = ["github", "gitlab"] as const;
export type WebhookKind = (typeof WEBHOOK_KINDS)[number];

/** The environment that every release comes to by itself, when the service has it. */
export const STAGING = "staging";

/** Turns of a deployment that somebody is told of; the mail's template is `deployment-<kind>`. */
export const DEPLOYMENT_NEWS = [
  ...(["proposed", "approved", "rejected", "void", "superseded", "expired", "started", "finished"] as const),
  ...(["broke-glass", "rolled-back-by-hand", "review-overdue"] as const),
] as const;
export type DeploymentNewsKind = (typeof DEPLOYMENT_NEWS)[number];

/** So far ahead a start may be planned. */
export const AHEAD_DAYS = 30;

/** Ended without coming to run: may be proposed again. */
export const RESUBMITTABLE_STATES: readonly DeploymentState[] = [
  ...(["failed", "rolled_back", "rejected", "expired", "superseded", "void", "cancelled"] as const),
];

/** What an answer does that what was found speaks against. blocks: it is not taken; raises: one more person has to approve. */
export const CONTRADICTION_EFFECTS = {
  dataLoss: "blocks",
  schemaChange: "raises",
  infrastructureChange: "raises",
} as const;
