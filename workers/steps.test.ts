import { expect, it } from "vitest";
import { findStepName } from "#lib/steps/names.ts";
import { STEPS } from "./steps.ts";

it.each(STEPS.map((step) => [step.name, step] as const))("%s is known to the web process as it is", (name, step) => {
  expect(findStepName(name)).toEqual({ queue: step.queue, maxAttempts: step.maxAttempts });
});

it("has each name once", () => {
  const names = STEPS.map((step) => step.name);
  expect(new Set(names).size).toBe(names.length);
});
