import { Cron } from "croner";
import fc from "fast-check";
import { describe, expect, test, vi } from "vitest";
import { askCalendar, type CalendarRule, findPeriod, isOpen, isUnbroken } from "./rules.ts";

const at = (text: string) => new Date(text);
const once = (effect: "allow" | "deny", from: string, until: string, reason: string = effect): CalendarRule => ({
  id: `${effect} ${from}`,
  effect,
  time: { kind: "once", from: at(from), until: at(until) },
  reason,
});
const repeated = (effect: "allow" | "deny", cron: string, minutes: number, timeZone = "UTC"): CalendarRule => ({
  id: `${effect} ${cron}`,
  effect,
  time: { kind: "repeated", cron, minutes, timeZone },
  reason: effect,
});

describe("a calendar", () => {
  test("without rules is always open", () => {
    expect(askCalendar([], at("2026-11-21T12:00:00Z"))).toEqual({ open: true, until: null });
  });

  test("says by which freeze it is closed and when that ends", () => {
    const freeze = once("deny", "2026-12-20T00:00:00Z", "2027-01-04T00:00:00Z", "Holidays");
    expect(askCalendar([freeze], at("2026-12-24T18:00:00Z"))).toEqual({
      open: false,
      rule: freeze,
      opensAt: at("2027-01-04T00:00:00Z"),
    });
    expect(askCalendar([freeze], at("2026-12-01T00:00:00Z"))).toEqual({
      open: true,
      until: at("2026-12-20T00:00:00Z"),
    });
    expect(askCalendar([freeze], at("2027-01-04T00:00:00Z"))).toEqual({ open: true, until: null });
  });

  test("is closed outside its windows and says when the next one opens, in the rule's own zone", () => {
    // Tuesday to Thursday, nine to four, in Denver (UTC-7 in winter).
    const window = repeated("allow", "0 9 * * 2-4", 7 * 60, "America/Denver");
    expect(askCalendar([window], at("2026-11-24T18:00:00Z"))).toEqual({
      open: true,
      until: at("2026-11-24T23:00:00Z"),
    });
    expect(askCalendar([window], at("2026-11-21T12:00:00Z"))).toEqual({
      open: false,
      rule: null,
      opensAt: at("2026-11-24T16:00:00Z"),
    });
  });

  test("lets a freeze win over a window that is open", () => {
    const window = repeated("allow", "0 0 * * *", 24 * 60);
    const freeze = once("deny", "2026-11-21T00:00:00Z", "2026-11-22T00:00:00Z");
    expect(askCalendar([window, freeze], at("2026-11-21T12:00:00Z"))).toMatchObject({
      open: false,
      rule: freeze,
      opensAt: at("2026-11-22T00:00:00Z"),
    });
  });

  test("looks past one freeze into the next", () => {
    const rules = [
      once("deny", "2026-11-21T00:00:00Z", "2026-11-22T00:00:00Z"),
      once("deny", "2026-11-22T00:00:00Z", "2026-11-23T06:00:00Z"),
      repeated("allow", "0 9 * * *", 60),
    ];
    expect(askCalendar(rules, at("2026-11-21T12:00:00Z"))).toMatchObject({
      open: false,
      opensAt: at("2026-11-23T09:00:00Z"),
    });
  });

  test("knows that a window of hours keeps its hours where clocks change", () => {
    // In Berlin clocks go back on 25 October 2026: nine there is seven, then eight in UTC.
    const window = repeated("allow", "0 9 * * *", 60, "Europe/Berlin");
    expect(findPeriod(window, at("2026-10-24T07:30:00Z"))?.from).toEqual(at("2026-10-24T07:00:00Z"));
    expect(findPeriod(window, at("2026-10-25T07:30:00Z"))).toBeNull();
    expect(findPeriod(window, at("2026-10-25T08:30:00Z"))?.from).toEqual(at("2026-10-25T08:00:00Z"));
  });

  test("says never when nothing opens within a year", () => {
    expect(
      askCalendar([once("allow", "2020-01-01T00:00:00Z", "2020-01-02T00:00:00Z")], at("2026-11-21T00:00:00Z")),
    ).toEqual({
      open: false,
      rule: null,
      opensAt: null,
    });
  });
});

describe("a rule that begins again before it ends", () => {
  const now = at("2026-11-21T12:00:00Z");
  const endless = [
    repeated("deny", "* * * * *", 60),
    repeated("deny", "0 0 * * *", 1_440),
    repeated("deny", "0 0 * * *", 44_640, "Europe/Helsinki"),
    // Its one gap in a year is the hour that is there twice.
    repeated("deny", "0 0 * * *", 1_440, "Europe/Helsinki"),
  ];

  test.each(endless.map((rule) => [rule.id, rule] as const))("is without a break: %s", (_id, rule) => {
    expect(isUnbroken(rule, now)).toBe(true);
    expect(isUnbroken(rule, at("2026-09-21T12:00:00Z"))).toBe(true);
    expect(askCalendar([rule], now)).toEqual({ open: false, rule, opensAt: null });
  });

  test("is none where there are gaps, however many starts a period has", () => {
    for (const rule of [
      repeated("deny", "0 0 * * *", 1_439),
      repeated("deny", "0 0 * * 1-5", 1_440),
      repeated("deny", "*/5 9-16 * * *", 5, "Europe/Helsinki"),
      repeated("deny", "* 9 * * *", 30),
      repeated("deny", "0 0 29 2 *", 1_440),
    ])
      expect(isUnbroken(rule, now)).toBe(false);
    const working = repeated("deny", "* 9-16 * * *", 60);
    expect(findPeriod(working, at("2026-11-21T09:30:00Z"))).toEqual({
      from: at("2026-11-21T09:00:00Z"),
      until: at("2026-11-21T17:59:00Z"),
    });
  });

  test("is answered in a bounded number of questions, with windows and many of its kind beside it", () => {
    const asked = vi.spyOn(Cron.prototype, "nextRun");
    const before = vi.spyOn(Cron.prototype, "previousRuns");
    const window = repeated("allow", "0 0 * * *", 1_440, "Europe/Helsinki");
    const short = repeated("deny", "*/2 * * * *", 1);
    for (const rules of [
      ...[endless, [window], [...endless, window, short], [window, short], [short]],
      Array.from({ length: 20 }, () => repeated("deny", "0 0 * * *", 1_440)),
    ]) {
      asked.mockClear();
      before.mockClear();
      expect(askCalendar(rules, now).open).toBe(isOpen(rules, now));
      expect(asked.mock.calls.length + before.mock.calls.length).toBeLessThan(2_000);
    }
    asked.mockRestore();
    before.mockRestore();
  });
});

const HOUR = 3_600_000;
const begin = at("2026-01-01T00:00:00Z").getTime();
const someRule = fc
  .record({
    effect: fc.constantFrom("allow" as const, "deny" as const),
    from: fc.integer({ min: 0, max: 400 }),
    hours: fc.integer({ min: 1, max: 90 }),
    daily: fc.option(fc.integer({ min: 0, max: 23 }), { nil: null, freq: 3 }),
  })
  .map(
    ({ effect, from, hours, daily }): CalendarRule =>
      daily === null
        ? once(
            effect,
            new Date(begin + from * HOUR).toISOString(),
            new Date(begin + (from + hours) * HOUR).toISOString(),
          )
        : repeated(effect, `0 ${daily} * * *`, Math.min(hours, 20) * 60),
  );

test("what it promises is so: closed until it opens, open when it does", () => {
  fc.assert(
    fc.property(fc.array(someRule, { maxLength: 5 }), fc.integer({ min: 0, max: 500 }), (rules, hour) => {
      const now = new Date(begin + hour * HOUR);
      const answer = askCalendar(rules, now);
      if (answer.open) {
        const last = answer.until?.getTime() ?? now.getTime() + 200 * HOUR;
        for (let moment = now.getTime(); moment < Math.min(last, now.getTime() + 200 * HOUR); moment += 5 * HOUR)
          expect(isOpen(rules, new Date(moment))).toBe(true);
        if (answer.until) expect(isOpen(rules, answer.until)).toBe(false);
        return;
      }
      const opens = answer.opensAt?.getTime() ?? now.getTime() + 200 * HOUR;
      for (let moment = now.getTime(); moment < Math.min(opens, now.getTime() + 200 * HOUR); moment += 5 * HOUR)
        expect(isOpen(rules, new Date(moment))).toBe(false);
      if (answer.opensAt) expect(isOpen(rules, answer.opensAt)).toBe(true);
    }),
    { numRuns: 100 },
  );
});
