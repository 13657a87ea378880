import type { RunView, StepView } from "#lib/runs/types.ts";
import type { AnswerGroup } from "#lib/services/schema/answers.ts";
import type { PlannedChange } from "#lib/steps/types.ts";

/** As the API tells it: without what a step found out, which may be anything. */
export type PlannedStep = Omit<StepView, "output">;
export type PlannedRun = Omit<RunView, "steps"> & { steps: PlannedStep[] };

/** `+ create`, `~ change`, `- remove`, as the plan writes them. */
export const MARKS: Readonly<Record<PlannedChange["action"], string>> = {
  create: "+",
  change: "~",
  remove: "-",
  keep: "=",
  check: "?",
};

/** Which question to change when a step's plan finds something wrong. */
const QUESTIONS: Readonly<Record<string, { group: AnswerGroup; field: string }>> = {
  "swarm.stack": { group: "placement", field: "image" },
  "swarm.secret": { group: "secrets", field: "others" },
  "services.folder": { group: "data", field: "filesFolder" },
  "dns.record": { group: "exposure", field: "audience" },
  "certificates.issue": { group: "exposure", field: "certificate" },
  "backups.take": { group: "backups", field: "takeFirst" },
  "notifications.mail": { group: "identity", field: "ownerId" },
};

export function questionToChange(
  step: Pick<PlannedStep, "name" | "error">,
): { group: AnswerGroup; field: string } | null {
  // The stack holds the database's image too, which nobody types but everybody may do without.
  if (step.name === "swarm.stack" && /database/i.test(step.error?.message ?? ""))
    return { group: "data", field: "database" };
  return QUESTIONS[step.name] ?? null;
}

export interface PlanTotals {
  /** Steps that are not skipped. */
  steps: number;
  planned: number;
  total: number;
  failed: number;
  warnings: number;
  /** How long the steps that ever ran take one after the other, milliseconds; null when none ran. */
  usualMs: number | null;
}

/** A manual item or a skipped one is planned as soon as it is listed. */
const isOver = (step: PlannedStep) => !["blocked", "ready", "running"].includes(step.state);

export function planTotals({ steps }: Pick<PlannedRun, "steps">): PlanTotals {
  const known = steps.filter((step) => step.state !== "skipped" && step.usualMs !== null);
  return {
    steps: steps.filter((step) => step.state !== "skipped").length,
    planned: steps.filter(isOver).length,
    total: steps.length,
    failed: steps.filter((step) => step.state === "failed").length,
    warnings: steps.reduce((sum, step) => sum + step.warnings.length, 0),
    usualMs: known.length > 0 ? known.reduce((sum, step) => sum + (step.usualMs ?? 0), 0) : null,
  };
}

/** Titles of what a step waits for. */
export function waitsFor(step: Pick<PlannedStep, "dependsOn">, steps: readonly PlannedStep[]): string[] {
  return step.dependsOn.flatMap((key) => steps.find((one) => one.key === key)?.title ?? []);
}
