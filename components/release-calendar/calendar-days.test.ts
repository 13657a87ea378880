import { describe, expect, it } from "vitest";
import {
  type CalendarDeployment,
  chooseSome,
  listDays,
  moveBy,
  placeOnDays,
  readDay,
  sayPart,
} from "./calendar-days.ts";

const NOW = new Date(2026, 10, 21, 12, 0);
const at = (day: number, hour: number) => new Date(2026, 10, day, hour).toISOString();

const deployment = (fields: Partial<CalendarDeployment>) =>
  ({
    ...{ id: "a", serviceName: "notes", environment: "production", kind: "release", state: "done" },
    ...{ release: { id: "r", number: 1 }, requestedBy: null, outcome: null, finishedAt: null },
    ...{ createdAt: at(2, 9), startAt: null, startedAt: null },
    ...fields,
  }) as CalendarDeployment;
const period = (fields: object) => ({
  ...{ ruleId: "1", effect: "deny" as const, serviceName: null, environment: null, reason: "Holidays" },
  ...{ from: at(20, 18), until: at(22, 8) },
  ...fields,
});

describe("listDays", () => {
  it("shows a month in whole weeks that begin on Monday", () => {
    const days = listDays("month", readDay("2026-11-21", NOW));
    expect([days[0]?.key, days.at(-1)?.key, days.length]).toEqual(["2026-10-26", "2026-12-06", 42]);
    expect(days.filter(({ isInside }) => isInside)).toHaveLength(30);
  });

  it("shows a week, and a day of 25 hours as one", () => {
    // Clocks went back on 2 November 2025 in Vancouver.
    const days = listDays("week", readDay("2025-11-02", NOW));
    expect([days[0]?.key, days.at(-1)?.key, days.length]).toEqual(["2025-10-27", "2025-11-02", 7]);
    expect(Number(days[6]?.until) - Number(days[6]?.from)).toBe(25 * 3_600_000);
  });

  it("takes today for what is no day, and moves by its own measure", () => {
    expect(readDay("soon", NOW)).toEqual(new Date(2026, 10, 21));
    expect(moveBy("month", readDay("2026-01-31", NOW), 1)).toEqual(new Date(2026, 1, 1));
    expect(moveBy("week", readDay("2026-11-21", NOW), -1)).toEqual(new Date(2026, 10, 14));
  });
});

describe("placeOnDays", () => {
  const days = listDays("week", readDay("2026-11-21", NOW));
  const none = { service: "", environment: "" };
  const place = (deployments: CalendarDeployment[], periods: ReturnType<typeof period>[], filter = none) =>
    placeOnDays(days, { deployments, periods }, filter);
  const keysWith = (placed: ReturnType<typeof place>, what: "deployments" | "periods") =>
    placed.filter((one) => one[what].length > 0).map(({ day }) => day.key);

  it("puts a deployment where it began, else where it is to begin", () => {
    const ran = deployment({ id: "ran", startAt: at(17, 1), startedAt: at(18, 2) });
    const planned = deployment({ id: "planned", startAt: at(19, 23), state: "scheduled" });
    expect(keysWith(place([ran, planned], []), "deployments")).toEqual(["2026-11-18", "2026-11-19"]);
  });

  it("leaves out what never came to run, and keeps what still waits for its approval", () => {
    const asked = deployment({ id: "asked", state: "proposed", createdAt: at(17, 9) });
    const rejected = deployment({ id: "rejected", state: "rejected", createdAt: at(18, 9) });
    expect(keysWith(place([asked, rejected], []), "deployments")).toEqual(["2026-11-17"]);
  });

  it("puts a period on every day it touches and on no other", () => {
    expect(keysWith(place([], [period({})]), "periods")).toEqual(["2026-11-20", "2026-11-21", "2026-11-22"]);
    const midnight = period({ from: at(20, 0), until: at(21, 0) });
    expect(keysWith(place([], [midnight]), "periods")).toEqual(["2026-11-20"]);
  });

  it("keeps rules for all when one service is looked at, and leaves out those of others", () => {
    const filter = { service: "notes", environment: "production" };
    const others = [period({ serviceName: "pads" }), period({ environment: "staging" })];
    expect(keysWith(place([], others, filter), "periods")).toEqual([]);
    expect(keysWith(place([], [period({ serviceName: "notes" })], filter), "periods")).toHaveLength(3);
    expect(
      keysWith(place([deployment({ startedAt: at(18, 2), serviceName: "pads" })], [], filter), "deployments"),
    ).toEqual([]);
  });

  it("shows what did not go well before what did, where not all have room", () => {
    const at = (id: string, hour: number, state: CalendarDeployment["state"]) =>
      deployment({ id, state, startedAt: new Date(2026, 10, 18, hour).toISOString() });
    const all = [at("a", 1, "failed"), at("b", 2, "done"), at("c", 3, "done"), at("d", 4, "running")];
    expect(chooseSome(all, 3).map(({ id }) => id)).toEqual(["a", "c", "d"]);
  });

  it("says which part of a day a period takes", () => {
    const [friday, saturday, sunday] = days.slice(4);
    expect([friday, saturday, sunday].map((day) => day && sayPart(period({}), day))).toEqual([
      "from 18:00",
      "all day",
      "until 08:00",
    ]);
    expect(friday && sayPart(period({ from: at(20, 10), until: at(20, 12) }), friday)).toBe("10:00–12:00");
  });
});
