import {
  type DeploymentKind,
  type DeploymentState,
  MOVING_STATES,
  OPEN_STATES,
  type ReleaseOrigin,
  type ReleaseState,
} from "#lib/releases/constants.ts";
import type { ReviewAnswers } from "#lib/releases/schema/release.ts";
import type { DeploymentRow, DifferenceView } from "#lib/releases/types.ts";
import type { Shown } from "../state-of.ts";

const DEPLOYMENT: Record<DeploymentState, Shown> = {
  proposed: { state: "person", word: "Waits for approval" },
  approved: { state: "waiting", word: "Approved" },
  scheduled: { state: "waiting", word: "Scheduled" },
  running: { state: "running", word: "Rolling out" },
  soaking: { state: "running", word: "Soaking" },
  done: { state: "done", word: "Deployed" },
  failed: { state: "failed", word: "Failed" },
  rolled_back: { state: "failed", word: "Failed, rolled back" },
  rejected: { state: "failed", word: "Rejected" },
  expired: { state: "skipped", word: "Expired" },
  superseded: { state: "skipped", word: "Superseded" },
  void: { state: "skipped", word: "Void" },
  cancelled: { state: "skipped", word: "Cancelled" },
};

/** How a deployment's state looks and reads. */
export const stateOfDeployment = (state: DeploymentState): Shown => DEPLOYMENT[state];

const RELEASE: Record<ReleaseState, Shown> = {
  resolving: { state: "running", word: "Being looked up" },
  ready: { state: "done", word: "Ready" },
  failed: { state: "failed", word: "Failed" },
};
export const stateOfRelease = (state: ReleaseState): Shown => RELEASE[state];

export const isOpen = ({ state }: { state: DeploymentState }) => OPEN_STATES.includes(state);
export const isMoving = ({ state }: { state: DeploymentState }) => MOVING_STATES.includes(state);

const ORIGINS: Record<ReleaseOrigin, string> = { person: "by hand", webhook: "by a webhook", token: "by an API token" };

/** Who made a release, and by what. */
export function sayWho({ by, origin }: { by: { name: string } | null; origin: ReleaseOrigin }): string {
  if (!by) return ORIGINS[origin];
  return origin === "token" ? `by ${by.name} with an API token` : `by ${by.name}`;
}

/** "Release 14 to production", "Rollback of production to release 12". */
export function nameDeployment({
  kind,
  release,
  environment,
}: Pick<DeploymentRow, "kind" | "release" | "environment">) {
  if (kind === "rollback") return `Rollback of ${environment} to release ${release.number}`;
  return `Release ${release.number} to ${environment}`;
}

export const KIND_WORDS: Record<DeploymentKind, string> = {
  release: "Release",
  rollback: "Rollback",
  "break-glass": "Break-glass",
};

export const AREA_WORDS: Record<DifferenceView["area"], string> = {
  image: "Images",
  environment: "Variables",
  secret: "Secrets",
  replicas: "Replicas",
  port: "Ports",
  mount: "Volumes and folders",
  health: "Health check",
  resources: "Limits",
  placement: "Placement",
  migration: "Migrations",
};

/** The questions of the review that evidence is found for, in the order they are asked. */
export const QUESTIONS = ["dataLoss", "schemaChange", "infrastructureChange"] as const;
export type Question = (typeof QUESTIONS)[number];

export const QUESTION_WORDS: Record<
  keyof Omit<ReviewAnswers, "manualText">,
  { ask: string; why: string; yes: string }
> = {
  dataLoss: {
    ask: "Can data be lost?",
    why: "Rows, columns or files that are not there afterwards, or that the app does not see any more.",
    yes: "Data can be lost",
  },
  schemaChange: {
    ask: "Does it change the database’s schema?",
    why: "Then a backup is taken and proven before it begins.",
    yes: "The schema changes",
  },
  infrastructureChange: {
    ask: "Does it change infrastructure?",
    why: "Ports, volumes, replicas, limits, or where it runs.",
    yes: "Infrastructure changes",
  },
  manualSteps: {
    ask: "Does somebody have to do something by hand?",
    why: "Before or after: the approver reads it, and so does whoever looks at this release later.",
    yes: "Steps by hand",
  },
};

/** As much of a commit as tells it from others. */
export const shortCommit = (commitId: string): string => commitId.slice(0, 10);

/** Where a forge shows what lies between two commits; null: not a forge known here. */
export function compareUrl(sourceUrl: string | null, before: string | null, after: string | null): string | null {
  if (!sourceUrl || !before || !after || before === after) return null;
  const match = /^(https?:\/\/[^/]+\/[^?#]+?)(?:\.git)?(?:\/(?:-\/)?(?:commit|tree)\/[^/]*)?\/?$/.exec(sourceUrl);
  if (!match?.[1]) return null;
  const isGitLab = /gitlab/i.test(sourceUrl) || sourceUrl.includes("/-/");
  return `${match[1]}${isGitLab ? "/-" : ""}/compare/${before}...${after}`;
}

/** Where a forge shows one commit. */
export function commitUrl(sourceUrl: string | null, commitId: string | null): string | null {
  if (!sourceUrl || !commitId) return null;
  if (/\/commit\//.test(sourceUrl)) return sourceUrl;
  const match = /^(https?:\/\/[^/]+\/[^?#]+?)(?:\.git)?(?:\/(?:-\/)?tree\/[^/]*)?\/?$/.exec(sourceUrl);
  if (!match?.[1]) return null;
  return `${match[1]}${/gitlab/i.test(sourceUrl) ? "/-" : ""}/commit/${commitId}`;
}
