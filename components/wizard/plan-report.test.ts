import { expect, test } from "vitest";
import { type PlannedStep, planTotals, questionToChange, waitsFor } from "./plan-report.ts";

const step = (some: Partial<PlannedStep>): PlannedStep => ({
  ...({
    id: 1,
    key: "stack",
    name: "swarm.stack",
    title: "Deploy stack pad",
    queue: "provisioning",
    position: 0,
  } as const),
  ...({
    state: "succeeded",
    skipReason: null,
    dependsOn: [],
    readyAt: null,
    startedAt: null,
    finishedAt: null,
  } as const),
  ...{ dueAt: null, maxAttempts: 8, progress: null, changes: [], warnings: [], error: null, role: null },
  ...{ confirmedBy: null, mayConfirm: false, note: null, attempts: [], resources: [], usualMs: null, item: null },
  ...some,
});

test("what is planned, what failed and what it usually takes", () => {
  const steps = [
    step({ usualMs: 4000, warnings: ["one"] }),
    step({ state: "failed", usualMs: 1000 }),
    step({ state: "skipped", usualMs: 9000 }),
    step({ state: "ready" }),
  ];
  expect(planTotals({ steps })).toEqual({ steps: 3, planned: 3, total: 4, failed: 1, warnings: 1, usualMs: 5000 });
  expect(planTotals({ steps: [step({})] }).usualMs).toBeNull();
});

test("a failed step names the question to change", () => {
  expect(questionToChange(step({}))).toEqual({ group: "placement", field: "image" });
  const error = { code: "image.not_found", class: "permanent" as const, message: "The database's image is not there." };
  expect(questionToChange(step({ error }))).toEqual({ group: "data", field: "database" });
  // Whatever is backed up: its database, its folder or a volume.
  expect(questionToChange(step({ name: "backups.take" }))).toEqual({ group: "backups", field: "takeFirst" });
  expect(questionToChange(step({ name: "manual" }))).toBeNull();
});

test("a step says by title what it waits for", () => {
  const steps = [step({ key: "secret", title: "Create secret" }), step({ dependsOn: ["secret", "gone"] })];
  expect(waitsFor(steps[1] as PlannedStep, steps)).toEqual(["Create secret"]);
});
