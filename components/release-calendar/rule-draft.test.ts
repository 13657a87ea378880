import { describe, expect, it } from "vitest";
import { calendarRuleSchema } from "#lib/releases/schema/release.ts";
import { findProblems } from "../backups/find-problems.ts";
import { fromLocal, toLocal } from "./local-time.ts";
import { blankRule, draftOf, ruleOf } from "./rule-draft.ts";
import { sayEffect, sayLength, sayTime } from "./rule-words.ts";

const NOW = new Date("2026-11-21T09:20:00Z");
const BERLIN = blankRule("Europe/Berlin", NOW);

describe("a rule as it is typed", () => {
  it("holds once, by the clocks of its zone", () => {
    expect(BERLIN.from).toBe("2026-11-21T11:00");
    expect(ruleOf({ ...BERLIN, reason: "Elections" })).toEqual({
      effect: "deny",
      serviceName: null,
      environment: "production",
      time: { kind: "once", from: "2026-11-21T10:00:00.000Z", until: "2026-11-22T10:00:00.000Z" },
      reason: "Elections",
    });
  });

  it("holds again and again on days of the week", () => {
    const weekly = {
      ...BERLIN,
      repeat: "weekly" as const,
      days: [6, 5],
      time: "08:05",
      length: "2",
      unit: "days" as const,
    };
    const { time } = ruleOf(weekly);
    expect(time).toEqual({ kind: "repeated", cron: "5 8 * * 5,6", timeZone: "Europe/Berlin", minutes: 2_880 });
    expect(sayTime(time, "UTC")).toBe("Every Friday and Saturday at 08:05 for 2 days, Europe/Berlin");
    const daily = ruleOf({ ...weekly, days: [0, 1, 2, 3, 4, 5, 6] }).time;
    const workdays = ruleOf({ ...weekly, days: [5, 4, 3, 2, 1] }).time;
    expect(sayTime(workdays, "UTC")).toBe("Every day from Monday to Friday at 08:05 for 2 days, Europe/Berlin");
    expect(sayTime(daily, "UTC")).toBe("Every day at 08:05 for 2 days, Europe/Berlin");
  });

  it("is typed again as it stands, to be changed", () => {
    const weekly = {
      ...BERLIN,
      repeat: "weekly" as const,
      days: [5, 6],
      time: "08:05",
      length: "2",
      unit: "days" as const,
    };
    const odd = { ...BERLIN, repeat: "cron" as const, cron: "0 16 1 * *", length: "90", unit: "minutes" as const };
    for (const typed of [
      BERLIN,
      weekly,
      odd,
      { ...weekly, serviceName: "notes", environment: "", effect: "allow" as const },
    ]) {
      const rule = ruleOf({ ...typed, reason: "Elections" });
      const again = draftOf(rule, typed.repeat === "once" ? "America/Vancouver" : "UTC", NOW);
      expect(ruleOf(again)).toEqual(rule);
      expect(again.repeat).toBe(typed.repeat);
    }
    expect(draftOf(ruleOf({ ...weekly, days: [0, 1, 2, 3, 4, 5, 6] }), "UTC", NOW)).toMatchObject({
      ...{ repeat: "weekly", days: [0, 1, 2, 3, 4, 5, 6], length: "2", unit: "days", time: "08:05" },
    });
  });

  it("says exactly how long it holds", () => {
    expect([90, 64 * 60, 1, Number.NaN].map(sayLength)).toEqual([
      "1 hour 30 minutes",
      "2 days 16 hours",
      "1 minute",
      "…",
    ]);
  });

  it("is refused with words where something is missing", () => {
    const wrong = ruleOf({ ...BERLIN, repeat: "weekly", days: [], length: "two" });
    expect(Object.keys(findProblems(calendarRuleSchema, wrong))).toEqual(["time.cron", "time.minutes", "reason"]);
    const backwards = ruleOf({ ...BERLIN, until: BERLIN.from, reason: "Elections" });
    expect(findProblems(calendarRuleSchema, backwards)).toEqual({ "time.until": "It must end after it begins." });
  });

  it("says what it does", () => {
    expect(sayEffect(ruleOf(BERLIN))).toBe("Nothing starts in production of any service");
    expect(sayEffect({ effect: "allow", serviceName: "notes", environment: null })).toBe(
      "Deployments to any environment of notes start only then",
    );
  });
});

describe("times of a zone", () => {
  it("go there and back on both sides of a change of the clocks", () => {
    for (const text of ["2026-03-29T01:59", "2026-03-29T03:00", "2026-10-25T01:30", "2026-10-25T03:30"])
      expect(toLocal(fromLocal(text, "Europe/Berlin") ?? new Date(0), "Europe/Berlin")).toBe(text);
  });

  it("are null for what is none", () => {
    expect(fromLocal("", "UTC")).toBeNull();
    expect(fromLocal("2026-13-40T00:00", "UTC")).toBeNull();
  });
});
