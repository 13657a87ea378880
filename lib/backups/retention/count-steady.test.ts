import { expect, test } from "vitest";
import type { Retention } from "../schema/retention.ts";
import { countSteady } from "./count-steady.ts";

const NONE: Retention = { last: 0, hourly: 0, daily: 0, weekly: 0, monthly: 0, yearly: 0 };
const NOW = new Date("2026-11-21T12:00:00Z");
const count = (cron: string, retention: Partial<Retention>) =>
  countSteady({ cron, timeZone: "Europe/Berlin", id: "p", jitterMinutes: 0 }, { ...NONE, ...retention }, NOW);

test("a rule alone is as many as it says", () => {
  expect(count("0 * * * *", { last: 5 })).toBe(5);
  expect(count("*/5 * * * *", { hourly: 48 })).toBe(48);
  expect(count("0 2 * * *", { daily: 14 })).toBe(14);
  expect(count("0 2 * * *", { weekly: 8 })).toBe(8);
  expect(count("0 2 * * 1", { weekly: 8 })).toBe(8);
  expect(count("0 2 * * *", { monthly: 12 })).toBe(12);
  expect(count("0 2 1 * *", { monthly: 12 })).toBe(12);
  expect(count("0 2 * * *", { yearly: 50 })).toBe(50);
  expect(count("0 2 * * *", { monthly: 240 })).toBe(240);
});

test("rules together share the points that several of them want", () => {
  // Fourteen days reach into three weeks and one or two months.
  const together = count("0 2 * * *", { last: 3, daily: 14, weekly: 8, monthly: 12 });
  expect(together).toBeGreaterThanOrEqual(14 + 5 + 10);
  expect(together).toBeLessThanOrEqual(14 + 6 + 11);
});

test("a policy that never starts by itself is none", () => {
  expect(countSteady({ cron: null, timeZone: "UTC", id: "p", jitterMinutes: 0 }, { ...NONE, daily: 3 }, NOW)).toBe(0);
});
