import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { backoffMs } from "./backoff.ts";
import { orderSteps, reverseDependencies } from "./graph.ts";
import { judgeRun } from "./run-state.ts";
import { compiledGraph } from "./testing/graphs.ts";

describe("putting steps in order", () => {
  it("places each after what it waits for, and loses none", () => {
    fc.assert(
      fc.property(compiledGraph("x", 20), (steps) => {
        const shuffled = steps.toReversed();
        const keys = orderSteps(shuffled).map((step) => step.key);
        expect([...keys].sort()).toEqual(steps.map((step) => step.key).sort());
        for (const step of steps)
          for (const before of step.dependsOn) expect(keys.indexOf(before)).toBeLessThan(keys.indexOf(step.key));
      }),
    );
  });

  it("takes a chain of ten thousand steps", () => {
    const steps = Array.from({ length: 10_000 }, (_, i) => ({
      key: `s${i}`,
      name: "x",
      title: "x",
      input: {},
      dependsOn: i === 9_999 ? [] : [`s${i + 1}`],
    }));
    expect(orderSteps(steps)[0]?.key).toBe("s9999");
  });

  it("finds any circle", () => {
    fc.assert(
      fc.property(compiledGraph("x", 12), fc.nat(), (steps, pick) => {
        const first = steps[0];
        const target = steps[pick % steps.length];
        if (!first || !target) return;
        // The first step waits for one that, directly or not, waits for it; or for itself.
        const circular = steps.map((step) => {
          if (step === first) return { ...step, dependsOn: [target.key] };
          return step === target ? { ...step, dependsOn: [...step.dependsOn, first.key] } : step;
        });
        expect(() => orderSteps(circular)).toThrow(/wait for each other/);
      }),
    );
  });
});

describe("undoing in reverse", () => {
  it("makes a step wait for every kept step that waited for it, also through ones left out", () => {
    fc.assert(
      fc.property(compiledGraph("x", 14), fc.infiniteStream(fc.boolean()), (steps, coin) => {
        const keep = new Set(steps.filter(() => coin.next().value).map((step) => step.key));
        const reversed = reverseDependencies(steps, keep);
        const above = (key: string): Set<string> => {
          const found = new Set<string>();
          for (const next of reversed.get(key) ?? []) for (const one of [next, ...above(next)]) found.add(one);
          return found;
        };
        const below = (key: string): Set<string> => {
          const found = new Set<string>();
          for (const next of steps.find((step) => step.key === key)?.dependsOn ?? [])
            for (const one of [next, ...below(next)]) found.add(one);
          return found;
        };
        for (const a of keep) for (const b of keep) expect(above(a).has(b)).toBe(below(b).has(a));
      }),
      { numRuns: 60 },
    );
  });
});

describe("the wait before another try", () => {
  it("grows, is spread, ends at a minute, and is never sooner than asked for", () => {
    expect(backoffMs(1, 0, () => 0.5)).toBe(500);
    expect(backoffMs(4, 0, () => 0.5)).toBe(4_000);
    expect(backoffMs(60, 0, () => 1)).toBe(60_000);
    expect(backoffMs(1, 30_000, () => 0)).toBe(30_000);
  });
});

describe("what the steps make of a run", () => {
  it.each([
    [{ active: 1, needsPerson: 1, failed: 1, blocked: 1 }, false, "running"],
    [{ active: 0, needsPerson: 1, failed: 1, blocked: 1 }, false, "failed"],
    [{ active: 0, needsPerson: 1, failed: 0, blocked: 1 }, false, "waiting"],
    [{ active: 0, needsPerson: 0, failed: 0, blocked: 0 }, false, "succeeded"],
    [{ active: 0, needsPerson: 0, failed: 0, blocked: 1 }, false, "failed"],
    [{ active: 1, needsPerson: 0, failed: 0, blocked: 0 }, true, "cancelling"],
    [{ active: 0, needsPerson: 0, failed: 1, blocked: 0 }, true, "cancelled"],
  ] as const)("%o, cancelled %s: %s", (counts, cancelled, state) => {
    expect(judgeRun(counts, cancelled)).toBe(state);
  });
});
