import { expect, test } from "vitest";
import { anAttempt, aStep } from "./testing/steps.ts";
import { layoutTimeAxis, measureStep, usualDuration } from "./time-axis.ts";

const at = (seconds: number) => new Date(seconds * 1000).toISOString();

test("queue delay and run time stand apart, on one axis for all steps", () => {
  const steps = [
    aStep("a", { attempts: [anAttempt({ readyAt: at(0), startedAt: at(2), finishedAt: at(4) })] }),
    aStep("b", {
      state: "running",
      attempts: [anAttempt({ state: "running", readyAt: at(4), startedAt: at(5), finishedAt: null })],
    }),
    aStep("c", { state: "blocked" }),
  ];
  const axis = layoutTimeAxis({ steps }, 10_000);
  expect(axis.get("a")).toEqual([
    { kind: "queued", from: 0, to: 0.2 },
    { kind: "succeeded", from: 0.2, to: 0.4 },
  ]);
  expect(axis.get("b")).toEqual([
    { kind: "queued", from: 0.4, to: 0.5 },
    { kind: "running", from: 0.5, to: 1 },
  ]);
  expect(axis.get("c")).toEqual([]);
  expect(measureStep(steps[0] ?? aStep("none"), 10_000)).toEqual({ queuedMs: 2_000, ranMs: 2_000 });
});

test("a night between two tries does not make the bars invisible", () => {
  const night = 12 * 3600;
  const steps = [
    aStep("a", {
      attempts: [
        anAttempt({ state: "failed", readyAt: at(0), startedAt: at(0), finishedAt: at(10) }),
        anAttempt({ number: 2, readyAt: at(night), startedAt: at(night), finishedAt: at(night + 10) }),
      ],
    }),
  ];
  const [first, second] = layoutTimeAxis({ steps }, 0).get("a") ?? [];
  expect(first?.kind).toBe("failed");
  expect(first?.to).toBeGreaterThan(0.4);
  expect(second?.from).toBeLessThan(0.6);
  expect(second?.to).toBe(1);
});

test("a run usually takes as long as its longest chain of waiting steps", () => {
  const steps = [
    aStep("a", { usualMs: 1_000 }),
    aStep("b", { usualMs: 5_000, dependsOn: ["a"] }),
    aStep("c", { usualMs: 2_000, dependsOn: ["a"] }),
    aStep("d", { usualMs: 4_000, dependsOn: ["c"] }),
    aStep("e", { usualMs: 9_000, dependsOn: ["d"], state: "skipped" }),
  ];
  expect(usualDuration(steps)).toBe(7_000);
  expect(usualDuration([aStep("a")])).toBe(null);
});
