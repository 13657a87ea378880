import type { RunPageStep, RunPageView } from "#lib/runs/schema.ts";

const ROLES: Record<string, string> = {
  staff: "a member of staff",
  manager: "a manager",
  dba: "a database administrator",
  admin: "an administrator",
};

export const wordForRole = (role: string | null): string => ROLES[role ?? "staff"] ?? role ?? "a person";

/** "needs a manager", "needs Sam Sand": who has to do something before the run goes on. */
export const wordForNeeded = ({ role, item }: Pick<RunPageStep, "role" | "item">): string =>
  `needs ${item?.confirmBy?.name ?? wordForRole(role)}`;

/** Whom a waiting run needs, for its header: "needs a manager", "needs Sam Sand and 2 more". */
export function whoIsNeeded(run: Pick<RunPageView, "steps">): string | null {
  const needed = new Set(run.steps.filter((step) => step.state === "needs_person").map(wordForNeeded));
  const [first] = needed;
  if (first === undefined) return null;
  return needed.size > 1 ? `${first} and ${needed.size - 1} more` : first;
}

/** Titles of the steps this one still waits for. */
export function titlesAwaited(step: RunPageStep, steps: readonly RunPageStep[]): string[] {
  return steps
    .filter((other) => step.dependsOn.includes(other.key) && !["succeeded", "skipped"].includes(other.state))
    .map((other) => other.title);
}

/** Things of the run that are still there. */
export const resourcesLeft = (run: RunPageView) =>
  run.steps.flatMap((step) => step.resources).filter((resource) => resource.state !== "gone");

/** "swarm secret" for `swarm.secret`: what a thing of the ledger is. */
export const wordForKind = (kind: string): string => kind.replaceAll(".", " ");

/** Where the panel shows a thing of this kind. */
export function resourceHref(kind: string, serviceName: string | undefined): string | null {
  if (!serviceName) return null;
  const root = `/services/${serviceName}`;
  if (/secret/i.test(kind)) return `${root}/secrets`;
  if (/dns|record|certificate/i.test(kind)) return `${root}/domains`;
  if (/backup/i.test(kind)) return `${root}/backups`;
  return root;
}

/** The step a reader who just comes wants to see. */
export function stepToShow(steps: readonly RunPageStep[]): RunPageStep | undefined {
  const inState = (...states: RunPageStep["state"][]) => steps.find((step) => states.includes(step.state));
  return (
    inState("failed") ??
    inState("running") ??
    inState("needs_person") ??
    inState("ready") ??
    steps.findLast((step) => step.attempts.some((attempt) => attempt.lines > 0)) ??
    steps[0]
  );
}
