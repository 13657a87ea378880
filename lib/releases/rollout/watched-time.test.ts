import { expect, test } from "vitest";
import { WatchedTime } from "./watched-time.ts";

test("counts the time between looks", () => {
  const watched = new WatchedTime();
  expect(watched.look(1_000)).toBe(0);
  expect(watched.look(3_000)).toBe(2_000);
  expect(watched.look(5_500)).toBe(4_500);
});

test("goes on from what was noted; the time in which the worker was away does not count", () => {
  const watched = new WatchedTime(4_500);
  expect(watched.look(9_000_000)).toBe(4_500);
  expect(watched.look(9_002_000)).toBe(6_500);
});

test("of a gap in which the worker stood still only a little counts, and none of a clock that went back", () => {
  const watched = new WatchedTime();
  watched.look(0);
  expect(watched.look(3_600_000)).toBe(30_000);
  expect(watched.look(0)).toBe(30_000);
});
