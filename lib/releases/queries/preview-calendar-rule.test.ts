import { describe, expect, it } from "vitest";
import type { UserActor } from "#lib/access/types.ts";
import { previewCalendarRule } from "./preview-calendar-rule.ts";

const ACTOR = { kind: "user", id: "u", roles: ["viewer"] } as unknown as UserActor;
const NOW = new Date("2026-11-21T12:00:00Z");

describe("previewCalendarRule", () => {
  it("shows the next times by the clocks of the rule's zone, the present one first", () => {
    const time = { kind: "repeated" as const, cron: "0 18 * * 5", timeZone: "Europe/Berlin", minutes: 38 * 60 };
    const { next, holdsNow } = previewCalendarRule(ACTOR, { time }, NOW);
    expect(holdsNow).toBe(true);
    expect(next.slice(0, 2)).toEqual([
      { from: "2026-11-20T17:00:00.000Z", until: "2026-11-22T07:00:00.000Z" },
      { from: "2026-11-27T17:00:00.000Z", until: "2026-11-29T07:00:00.000Z" },
    ]);
    expect(next).toHaveLength(5);
  });

  it("shows a time that holds once, and nothing once it is over", () => {
    const once = (from: string, until: string) =>
      previewCalendarRule(ACTOR, { time: { kind: "once", from, until } }, NOW);
    expect(once("2026-12-24T00:00:00Z", "2026-12-27T00:00:00Z").next).toHaveLength(1);
    expect(once("2026-11-01T00:00:00Z", "2026-11-02T00:00:00Z")).toEqual({ next: [], holdsNow: false });
  });

  it("says which field is wrong", () => {
    const ask = (cron: string, timeZone: string) =>
      previewCalendarRule(ACTOR, { time: { kind: "repeated", cron, timeZone, minutes: 60 } }, NOW);
    expect(() => ask("every day", "UTC")).toThrow(
      expect.objectContaining({ fields: { "time.cron": expect.any(String) } }),
    );
    const endless = { kind: "repeated" as const, cron: "* * * * *", timeZone: "UTC", minutes: 60 };
    expect(() => previewCalendarRule(ACTOR, { time: endless }, NOW)).toThrow(
      expect.objectContaining({ fields: { "time.minutes": expect.any(String) } }),
    );
    expect(() => ask("0 8 * * *", "Moon/Base")).toThrow(
      expect.objectContaining({ fields: { "time.timeZone": "There is no such time zone." } }),
    );
  });
});
