import { describe, expect, it } from "vitest";
import { describeDowntime } from "./format.ts";

const at = (second: number) => new Date(Date.UTC(2026, 0, 1, 12, 0, second)).toISOString();
const now = (second: number) => Date.parse(at(second));
const move = { downSince: null, upAgainAt: null, budgetS: 60, mode: "stop" } as const;

describe("the downtime of a move", () => {
  it("has not begun before anything was stopped", () => {
    expect(describeDowntime(move, now(5))).toMatchObject({ tone: "waiting", usedMs: null });
  });
  it("counts against its budget while it lasts, and says when it is over it", () => {
    const down = { ...move, downSince: at(0) };
    expect(describeDowntime(down, now(42))).toMatchObject({ tone: "running", words: "Down for 00:42 of 01:00." });
    expect(describeDowntime(down, now(75))).toMatchObject({
      tone: "late",
      words: "Down for 01:15: 00:15 over the budget.",
    });
  });
  it("stands still from the first good answer on", () => {
    const done = { ...move, mode: "read-only", downSince: at(0), upAgainAt: at(12) } as const;
    expect(describeDowntime(done, now(3_000)).words).toBe(
      "It was read-only or down for 12 s, within the budget of 1 min 00 s.",
    );
    expect(describeDowntime({ ...done, upAgainAt: at(90) }, now(95)).tone).toBe("exceeded");
  });
});
