import { expect, it } from "vitest";
import { chooseInWindow, chooseRenewalTime, pauseAfterFailure } from "./choose-renewal-time.ts";

const DAY_MS = 86_400_000;
const notBefore = new Date("2026-11-01T00:00:00Z");
const after = (days: number) => new Date(notBefore.getTime() + days * DAY_MS);

it.each([90, 64, 6])("renews a certificate of %i days with a third of it left, or a little earlier", (days) => {
  const life = { notBefore, notAfter: after(days) };
  expect(chooseRenewalTime(life, () => 0)).toEqual(after((days * 2) / 3));
  const early = chooseRenewalTime(life, () => 1);
  expect((early.getTime() - notBefore.getTime()) / DAY_MS / days).toBeCloseTo(2 / 3 - 0.05, 5);
});

it("chooses within a window", () => {
  const window = { start: after(1), end: after(3) };
  expect(chooseInWindow(window, () => 0)).toEqual(window.start);
  expect(chooseInWindow(window, () => 0.5)).toEqual(after(2));
});

it("waits longer after each failure, an hour or more from the third", () => {
  const minutes = [1, 2, 3, 4, 5, 6, 7, 50].map((failures) => pauseAfterFailure(failures, () => 0) / 60_000);
  expect(minutes).toEqual([10, 30, 60, 120, 240, 480, 720, 720]);
});
