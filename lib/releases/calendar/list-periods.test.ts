import fc from "fast-check";
import { expect, test } from "vitest";
import { listPeriods } from "./list-periods.ts";
import { type CalendarRule, findPeriod } from "./rules.ts";

const MINUTE_MS = 60_000;
const from = new Date("2026-10-20T00:00:00Z");
// Over the end of summer time.
const until = new Date("2026-10-30T00:00:00Z");
const at = (minutes: number) => new Date(from.getTime() + minutes * MINUTE_MS);
const SPAN = (until.getTime() - from.getTime()) / MINUTE_MS;

const repeated = fc
  .record({
    cron: fc.constantFrom("0 9 * * 1-5", "30 2 * * *", "0 */6 * * *", "15 22 * * 5", "0 0 1 * *"),
    timeZone: fc.constantFrom("UTC", "Europe/Helsinki", "America/New_York", "Asia/Kathmandu"),
    minutes: fc.integer({ min: 1, max: 2_000 }),
  })
  .map((time) => ({ kind: "repeated" as const, ...time }));
const once = fc
  .tuple(fc.integer({ min: -2_000, max: SPAN + 2_000 }), fc.integer({ min: 1, max: 3_000 }))
  .map(([begin, length]) => ({ kind: "once" as const, from: at(begin), until: at(begin + length) }));
const rule = fc
  .oneof(repeated, once)
  .map((time): CalendarRule => ({ id: "r", effect: "deny", reason: "because", time }));

test("a moment lies in a period exactly when the rule holds then, and periods are apart and in order", () => {
  fc.assert(
    fc.property(rule, fc.array(fc.integer({ min: 0, max: SPAN - 1 }), { maxLength: 20 }), (one, moments) => {
      const periods = listPeriods(one, from, until);
      for (const moment of moments.map(at))
        expect(periods.some((period) => period.from <= moment && moment < period.until)).toBe(
          findPeriod(one, moment) !== null,
        );
      for (const [index, period] of periods.entries()) {
        expect(period.from < period.until).toBe(true);
        const next = periods[index + 1];
        if (next) expect(period.until < next.from).toBe(true);
      }
    }),
    { numRuns: 60 },
  );
});
