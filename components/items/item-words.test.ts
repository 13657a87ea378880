import { expect, it } from "vitest";
import { endOfDay, isOverdue, toDay, wordDue, wordEstimate, wordTimes } from "./item-words.ts";

const NOW = Date.parse("2026-11-21T12:00:00Z");

it("says when something is due, and whether that is over", () => {
  expect(wordDue("2026-11-24T12:00:00Z", NOW)).toBe("due in 3 days");
  expect(wordDue("2026-11-19T12:00:00Z", NOW)).toBe("due 2 days ago");
  expect(isOverdue("2026-11-19T12:00:00Z", NOW)).toBe(true);
  expect(isOverdue(null, NOW)).toBe(false);
});

it("puts the plan beside what it usually takes and what it took", () => {
  expect(wordTimes({ estimateMin: 15, usualMs: 22 * 60_000, actualMs: 12 * 60_000 })).toBe(
    "planned 15 min, usually 22 min, took 12 min",
  );
  expect(wordTimes({ estimateMin: null, usualMs: null, actualMs: null })).toBe("");
});

it("says an estimate as it was given", () => {
  expect([5, 60, 90, 120].map(wordEstimate)).toEqual(["5 min", "1 hour", "1 h 30 min", "2 hours"]);
});

it("keeps a day the day it is where the reader is", () => {
  expect(toDay(endOfDay("2026-12-01"))).toBe("2026-12-01");
  expect(endOfDay("")).toBeNull();
  expect(endOfDay("nonsense")).toBeNull();
  expect(toDay(null)).toBe("");
});
