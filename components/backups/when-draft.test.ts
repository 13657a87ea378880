import { describe, expect, it } from "vitest";
import { changePreset, cronOf, whenOf } from "./when-draft.ts";

describe("a schedule in the form", () => {
  it.each([
    ["0 * * * *", "hourly"],
    ["30 2 * * *", "daily"],
    ["5 23 * * 1", "weekly"],
    ["*/15 8-18 * * 1-5", "custom"],
    ["0 2 1 * *", "custom"],
  ] as const)("shows %s as %s and gives it back", (cron, preset) => {
    const when = whenOf(cron);
    expect(when.preset).toBe(preset);
    expect(cronOf(when)).toBe(cron);
  });

  it("is never when a person starts it", () => {
    expect(whenOf(null).preset).toBe("never");
    expect(cronOf(whenOf(null))).toBeNull();
  });

  it("knows Sunday by both of its numbers and ignores odd spaces", () => {
    expect(whenOf(" 0  2 * * 7 ")).toMatchObject({ preset: "weekly", weekday: "0", time: "02:00" });
  });

  it("is an empty text, not a wrong time, while it is being typed", () => {
    expect(cronOf({ ...whenOf("0 2 * * *"), time: "" })).toBe("");
    expect(cronOf({ ...whenOf("0 * * * *"), minute: "x" })).toBe("");
  });

  it("becomes custom with the times it had", () => {
    expect(changePreset(whenOf("5 23 * * 1"), "custom").cron).toBe("5 23 * * 1");
    expect(changePreset(whenOf(null), "custom").cron).toBe("0 2 * * *");
  });
});
