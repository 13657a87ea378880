import { expect, test } from "vitest";
import { findOldAt } from "./too-old.ts";

const at = (text: string) => new Date(`2026-11-${text}:00Z`);
const DAILY = {
  ...{ id: "p", timeZone: "UTC", jitterMinutes: 0, graceMinutes: 180 },
  ...{ cron: "0 2 * * *", restoreEach: true, verifyCron: null },
};

type Case = [what: string, rhythm: Parameters<typeof findOldAt>[0], provenAt: Date, oldAt: Date];

test.each<Case>([
  ["each day, until the backup after the next one is due", DAILY, at("20T02:00"), at("22T05:00")],
  ["each week likewise", { ...DAILY, cron: "0 2 * * 0" }, at("15T02:00"), at("29T05:00")],
  [
    "each hour and proven once a day, until the proof after the next backup is due",
    { ...DAILY, cron: "0 * * * *", graceMinutes: 90, restoreEach: false, verifyCron: "30 3 * * *" },
    at("20T03:00"),
    at("21T05:00"),
  ],
  [
    "on workdays, over the weekend",
    { ...DAILY, cron: "0 2 * * 1-5" },
    // Friday's: the next is Monday's.
    at("20T02:00"),
    at("24T05:00"),
  ],
  ["of which no proof is asked, as if each were one", { ...DAILY, restoreEach: false }, at("20T02:00"), at("22T05:00")],
])("a backup taken %s", (_what, rhythm, provenAt, oldAt) => {
  expect(findOldAt(rhythm, provenAt)).toEqual(oldAt);
});

test("no age is too old of what is taken by hand", () => {
  expect(findOldAt({ ...DAILY, cron: null }, at("01T02:00"))).toBeNull();
});
