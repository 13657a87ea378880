import { expect, it } from "vitest";
import { QUEUES } from "#lib/platform/config/settings.ts";
import { findStepName } from "#lib/steps/names.ts";
import { findStep, loadSteps, STEP_NAMES } from "./steps.ts";

it.each(STEP_NAMES)("%s is where it is said to be, and known to the web process as it is", async (name) => {
  const step = await findStep(name);
  expect(step?.name).toBe(name);
  expect(findStepName(name)).toEqual({ queue: step?.queue, maxAttempts: step?.maxAttempts });
});

it("loads those of any queue", async () => {
  await loadSteps(QUEUES);
  await expect(findStep("no.such")).resolves.toBeUndefined();
});
