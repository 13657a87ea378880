import { addStepNames } from "./names.ts";
import type { AnyStep, FindStep } from "./types.ts";

/** For engines with steps of their own, as tests and benchmarks have. */
export function findAmong(steps: readonly AnyStep[]): FindStep {
  addStepNames(steps);
  const byName = new Map(steps.map((step) => [step.name, step]));
  return async (name) => byName.get(name);
}
