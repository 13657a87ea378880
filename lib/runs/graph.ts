import { AppError } from "#lib/platform/errors.ts";
import type { CompiledStep } from "./types.ts";

const broken = (message: string) => new AppError({ code: "runs.bad_checklist", message, status: 422 });

/**
 * Puts steps in an order in which each comes after what it waits for, keeping the given order otherwise.
 * Throws when keys repeat, a dependency does not exist, or steps wait for each other in a circle.
 */
export function orderSteps(steps: readonly CompiledStep[]): CompiledStep[] {
  const byKey = new Map<string, CompiledStep>();
  for (const step of steps) {
    if (byKey.has(step.key)) throw broken(`The checklist has two steps with the key "${step.key}".`);
    byKey.set(step.key, step);
  }
  const ordered: CompiledStep[] = [];
  const state = new Map<string, "open" | "done">();
  // An explicit stack: a chain of thousands of steps must not be one of thousands of calls.
  for (const root of steps) {
    const path: { step: CompiledStep; next: number }[] = [];
    if (!state.has(root.key)) path.push({ step: root, next: 0 });
    for (let top = path.at(-1); top; top = path.at(-1)) {
      state.set(top.step.key, "open");
      const key = top.step.dependsOn[top.next++];
      if (key === undefined) {
        state.set(top.step.key, "done");
        ordered.push(top.step);
        path.pop();
        continue;
      }
      const dependency = byKey.get(key);
      if (!dependency)
        throw broken(`Step "${top.step.key}" waits for "${key}", and the checklist has no step of that key.`);
      if (state.get(key) === "open") {
        const circle = path.map((entry) => entry.step.key);
        throw broken(`Steps wait for each other: ${[...circle.slice(circle.indexOf(key)), key].join(" → ")}.`);
      }
      if (!state.has(key)) path.push({ step: dependency, next: 0 });
    }
  }
  return ordered;
}

/** The given keys in reverse: who waited is now waited for, also through steps that are left out. */
export function reverseDependencies(
  steps: readonly { key: string; dependsOn: readonly string[] }[],
  keep: ReadonlySet<string>,
): Map<string, string[]> {
  const waits = new Map(steps.map((step) => [step.key, step.dependsOn]));
  const keptBelow = new Map<string, Set<string>>();
  const reach = (key: string): Set<string> => {
    const known = keptBelow.get(key);
    if (known) return known;
    const found = new Set<string>();
    keptBelow.set(key, found);
    for (const dependency of waits.get(key) ?? []) {
      if (keep.has(dependency)) found.add(dependency);
      else for (const further of reach(dependency)) found.add(further);
    }
    return found;
  };
  const reversed = new Map<string, string[]>([...keep].map((key) => [key, []]));
  // In checklist order what a step reaches is already known, so `reach` never goes deep.
  for (const step of steps) {
    const reached = reach(step.key);
    if (keep.has(step.key)) for (const key of reached) reversed.get(key)?.push(step.key);
  }
  return reversed;
}
