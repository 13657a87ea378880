import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { describeCron } from "../format.ts";
import { findCronProblem, jitterMs, nextStart, nextStarts, startsUntil } from "./cron.ts";

const BERLIN = { timeZone: "Europe/Berlin", id: "p", jitterMinutes: 0 };
const times = (dates: Date[]) => dates.map((date) => date.toISOString().slice(0, 16));

it("takes five fields and nothing else", () => {
  expect(findCronProblem("0 2 * * *", "UTC")).toBeNull();
  expect(findCronProblem("0 2 * * 1-5", "UTC")).toBeNull();
  for (const wrong of ["", "0 2 * *", "0 0 2 * * *", "61 * * * *", "every day", "@daily; rm"])
    expect(findCronProblem(wrong, "UTC")).toMatch(/cron expression/);
  expect(findCronProblem("0 2 31 2 *", "UTC")).toBe("This time never comes.");
});

it("says a schedule in words", () => {
  expect(describeCron("0 2 * * *")).toBe("At 02:00, every day");
  expect(describeCron("30 4 * * 1")).toBe("At 04:30, only on Monday");
  expect(describeCron(null)).toBeNull();
});

describe("where clocks change", () => {
  it("starts once in the night that has 02:30 twice", () => {
    const autumn = nextStarts({ ...BERLIN, cron: "30 2 * * *" }, new Date("2026-10-24T12:00:00Z"), 2);
    expect(times(autumn)).toEqual(["2026-10-25T00:30", "2026-10-26T01:30"]);
  });

  it("starts in the night that has no 02:30 as well", () => {
    const spring = nextStarts({ ...BERLIN, cron: "30 2 * * *" }, new Date("2027-03-27T12:00:00Z"), 2);
    expect(spring).toHaveLength(2);
    expect(spring[0]?.toISOString().slice(0, 10)).toBe("2027-03-28");
    expect(spring[1]?.toISOString().slice(0, 16)).toBe("2027-03-29T00:30");
  });

  it("every hour stays every hour", () => {
    const starts = nextStarts({ ...BERLIN, cron: "0 * * * *" }, new Date("2026-10-24T22:30:00Z"), 6);
    for (const [index, start] of starts.entries())
      if (index > 0) expect(start.getTime() - (starts[index - 1]?.getTime() ?? 0)).toBe(3_600_000);
  });
});

it("spreads policies over the minutes, each always at the same one", () => {
  fc.assert(
    fc.property(fc.uuid(), fc.integer({ min: 1, max: 360 }), (id, minutes) => {
      const late = jitterMs(id, minutes);
      expect(late).toBe(jitterMs(id, minutes));
      expect(late).toBeGreaterThanOrEqual(0);
      expect(late).toBeLessThan(minutes * 60_000);
      const schedule = { cron: "0 2 * * *", timeZone: "UTC", id, jitterMinutes: minutes };
      const [first, second] = nextStarts(schedule, new Date("2026-11-21T12:00:00Z"), 2);
      expect(first?.getTime()).toBe(Date.parse("2026-11-22T02:00:00Z") + late);
      expect((second?.getTime() ?? 0) - (first?.getTime() ?? 0)).toBe(86_400_000);
    }),
  );
});

it("names every start that nobody was there for, but not without end", () => {
  const schedule = { ...BERLIN, cron: "0 * * * *" };
  const first = new Date("2026-11-21T01:00:00Z");
  const now = new Date("2026-11-21T03:30:00Z");
  expect(times(startsUntil(schedule, first, now, 10))).toEqual([
    "2026-11-21T01:00",
    "2026-11-21T02:00",
    "2026-11-21T03:00",
  ]);
  expect(times(startsUntil(schedule, first, now, 2))).toEqual(["2026-11-21T02:00", "2026-11-21T03:00"]);
  const long = startsUntil(schedule, new Date("2020-01-01T00:00:00Z"), now, 3);
  expect(times(long)).toEqual(["2026-11-21T01:00", "2026-11-21T02:00", "2026-11-21T03:00"]);
});

it("has no next start without a schedule", () => {
  expect(nextStart({ ...BERLIN, cron: null }, new Date())).toBeNull();
});
