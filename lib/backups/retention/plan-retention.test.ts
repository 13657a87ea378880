import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import type { Retention } from "../schema/retention.ts";
import { bucketsOf, PERIODS } from "./buckets.ts";
import { planRetention, type RetentionPoint } from "./plan-retention.ts";

const NONE: Retention = { last: 0, hourly: 0, daily: 0, weekly: 0, monthly: 0, yearly: 0 };
const NOW = new Date("2026-11-21T12:00:00Z");
const HOUR_MS = 3_600_000;
const ZONES = ["UTC", "Europe/Berlin", "Australia/Lord_Howe", "Asia/Kathmandu", "America/Sao_Paulo"];

const point = (id: string, at: string, more: Partial<RetentionPoint> = {}): RetentionPoint => ({
  ...{ id, startedAt: new Date(at), proven: true, pinned: null, lockedUntil: null, inUse: null },
  ...more,
});
const keptIds = (points: RetentionPoint[], retention: Partial<Retention>, timeZone = "UTC") =>
  planRetention(points, { retention: { ...NONE, ...retention }, timeZone }, NOW)
    .filter((one) => one.keep)
    .map((one) => one.point.id);

const someRetention: fc.Arbitrary<Retention> = fc.record({
  last: fc.nat(5),
  hourly: fc.nat(30),
  daily: fc.nat(10),
  weekly: fc.nat(6),
  monthly: fc.nat(6),
  yearly: fc.nat(3),
});
const someTime = fc
  .integer({ min: 0, max: 3 * 365 * 24 * 4 })
  .map((quarter) => NOW.getTime() - quarter * (HOUR_MS / 4));
const somePoints: fc.Arbitrary<RetentionPoint[]> = fc
  .array(
    fc.record({
      startedAt: someTime.map((at) => new Date(at)),
      proven: fc.boolean(),
      pinned: fc.option(fc.constant("pinned by Robin"), { freq: 12 }),
      lockedUntil: fc.option(
        fc.integer({ min: -5, max: 5 }).map((days) => new Date(NOW.getTime() + days * 24 * HOUR_MS)),
        { freq: 12 },
      ),
      inUse: fc.option(fc.constant("it is being restored"), { freq: 20 }),
    }),
    { maxLength: 60 },
  )
  .map((points) => points.map((one, index) => ({ ...one, id: String(index).padStart(3, "0") })));
const someRules = fc.record({ retention: someRetention, timeZone: fc.constantFrom(...ZONES) });

describe("whatever the points and the rules", () => {
  const plan = planRetention;
  const prune = (points: RetentionPoint[], rules: Parameters<typeof planRetention>[1], now = NOW) =>
    plan(points, rules, now)
      .filter((one) => one.keep)
      .map((one) => one.point);

  test("pruning what it says and planning again removes nothing more", () => {
    fc.assert(
      fc.property(somePoints, someRules, (points, rules) => {
        const left = prune(points, rules);
        expect(prune(left, rules)).toEqual(left);
      }),
    );
  });

  test("the newest, the newest proven, the pinned, the locked and those in use stay", () => {
    fc.assert(
      fc.property(somePoints, someRules, (points, rules) => {
        const kept = prune(points, rules);
        const ids = new Set(kept.map((one) => one.id));
        const newest = Math.max(...points.map((one) => one.startedAt.getTime()));
        const proven = points.filter((one) => one.proven);
        const newestProven = Math.max(...proven.map((one) => one.startedAt.getTime()));
        if (points.length > 0) expect(kept.some((one) => one.startedAt.getTime() === newest)).toBe(true);
        if (proven.length > 0)
          expect(kept.some((one) => one.proven && one.startedAt.getTime() === newestProven)).toBe(true);
        for (const one of points) {
          const mustStay = one.pinned || one.inUse || (one.lockedUntil && one.lockedUntil > NOW);
          if (mustStay) expect(ids.has(one.id)).toBe(true);
        }
      }),
    );
  });

  test("no more stay than the rules and their exceptions allow, and each says why", () => {
    fc.assert(
      fc.property(somePoints, someRules, (points, rules) => {
        const decisions = plan(points, rules, NOW);
        expect(decisions).toHaveLength(points.length);
        const exceptions = points.filter(
          (one) => one.pinned || one.inUse || (one.lockedUntil && one.lockedUntil > NOW),
        ).length;
        const allowed = Object.values(rules.retention).reduce((sum, number) => sum + number, 0) + exceptions + 2;
        expect(decisions.filter((one) => one.keep).length).toBeLessThanOrEqual(allowed);
        for (const one of decisions) expect(one.reasons.length > 0).toBe(one.keep);
      }),
    );
  });

  test("a point that comes later takes an older month's or year's away only by being one too many", () => {
    fc.assert(
      fc.property(somePoints, someRules, fc.boolean(), (points, rules, proven) => {
        const later = new Date(NOW.getTime() + HOUR_MS);
        const before = prune(points, rules);
        const after = prune([...before, point("zzz", later.toISOString(), { proven })], rules, later);
        const months = (some: RetentionPoint[]) =>
          new Set(some.map((one) => bucketsOf(one.startedAt, rules.timeZone).monthly));
        const had = [...months(before)].sort().reverse();
        const has = months(after);
        // The newest so many months that had one still have one.
        for (const month of had.slice(0, Math.max(0, rules.retention.monthly - 1))) expect(has.has(month)).toBe(true);
      }),
    );
  });

  test("as days go by and one is pruned after each backup, every rule is filled as it could be", () => {
    fc.assert(
      fc.property(someRetention, fc.constantFrom(...ZONES), (retention, timeZone) => {
        const days = 120;
        let left: RetentionPoint[] = [];
        const all: RetentionPoint[] = [];
        for (let day = days; day >= 0; day--) {
          const at = new Date(NOW.getTime() - day * 24 * HOUR_MS);
          const fresh = point(String(days - day).padStart(3, "0"), at.toISOString());
          all.push(fresh);
          left = prune([...left, fresh], { retention, timeZone }, at);
        }
        for (const period of PERIODS) {
          const buckets = (some: RetentionPoint[]) =>
            new Set(some.map((one) => bucketsOf(one.startedAt, timeZone)[period]));
          const wanted = [...buckets(all)].sort().reverse().slice(0, retention[period]);
          const has = buckets(left);
          for (const bucket of wanted) expect(has.has(bucket)).toBe(true);
        }
      }),
      { numRuns: 40 },
    );
  });
});

it("says which of how many a point is", () => {
  const points = [
    point("a", "2026-11-21T02:00:00Z"),
    point("b", "2026-11-20T02:00:00Z"),
    point("c", "2026-11-19T02:00:00Z"),
    point("d", "2026-10-31T02:00:00Z"),
    point("e", "2026-10-30T02:00:00Z", { pinned: "pinned by Robin" }),
    point("f", "2026-10-29T02:00:00Z"),
  ];
  const rules = { retention: { ...NONE, last: 1, daily: 2, monthly: 3 }, timeZone: "UTC" };
  const words = planRetention(points, rules, NOW).map((one) => [one.point.id, ...one.reasons]);
  expect(words).toEqual([
    ["a", "last 1 of 1", "daily 1 of 2", "monthly 1 of 3", "the newest", "the last one proven"],
    ["b", "daily 2 of 2"],
    ["c"],
    ["d", "monthly 2 of 3"],
    ["e", "pinned by Robin"],
    ["f"],
  ]);
});

it("counts days where the policy lives", () => {
  const points = [
    point("late", "2026-11-20T22:30:00Z"), // 23:30 in Berlin
    point("night", "2026-11-19T23:30:00Z"), // 00:30 on the 20th
    point("before", "2026-11-19T22:30:00Z"), // 23:30 on the 19th
  ];
  expect(keptIds(points, { daily: 2 }, "Europe/Berlin")).toEqual(["late", "before"]);
  expect(keptIds(points, { daily: 2 }, "UTC")).toEqual(["late", "night"]);
});

it("takes the hour that comes twice in autumn as two, and misses none in spring", () => {
  const autumn = [point("second", "2026-10-25T01:30:00Z"), point("first", "2026-10-25T00:30:00Z")]; // 02:30 twice
  expect(keptIds(autumn, { hourly: 2 }, "Europe/Berlin")).toEqual(["second", "first"]);
  const spring = [point("after", "2027-03-28T01:30:00Z"), point("before", "2027-03-28T00:30:00Z")]; // 03:30, 01:30
  expect(keptIds(spring, { hourly: 2 }, "Europe/Berlin")).toEqual(["after", "before"]);
});

it("keeps the last proven one however many unproven ones came after it", () => {
  const points = [
    ...Array.from({ length: 20 }, (_, day) =>
      point(`new${day}`, new Date(NOW.getTime() - day * 24 * HOUR_MS).toISOString(), { proven: false }),
    ),
    point("proven", "2026-06-01T02:00:00Z"),
    point("older", "2026-05-01T02:00:00Z"),
  ];
  expect(keptIds(points, { last: 2 })).toEqual(["new0", "new1", "proven"]);
});

it("lets a proven one stand for its day rather than a newer one nobody has tried", () => {
  const points = [
    point("untried", "2026-11-20T14:00:00Z", { proven: false }),
    point("tried", "2026-11-20T02:00:00Z"),
    point("older", "2026-11-19T02:00:00Z"),
  ];
  expect(keptIds([point("today", "2026-11-21T02:00:00Z"), ...points], { daily: 2 })).toEqual(["today", "tried"]);
});

it("puts the days around new year into the week that ISO says", () => {
  expect(bucketsOf(new Date("2027-01-01T12:00:00Z"), "UTC").weekly).toBe("2026-W53");
  expect(bucketsOf(new Date("2026-12-31T12:00:00Z"), "UTC").weekly).toBe("2026-W53");
  expect(bucketsOf(new Date("2024-12-30T12:00:00Z"), "UTC").weekly).toBe("2025-W01");
});
