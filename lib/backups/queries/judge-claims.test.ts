import { expect, it } from "vitest";
import { FITS, summarizeClaims } from "./judge-claims.ts";
import type { Claim } from "./read-claims.ts";

const AT = new Date("2026-11-21T12:00:00Z");
const GOOD: Claim = {
  ...{ policyId: "p", serviceId: "s", service: "pads", environment: "production", policy: "database" },
  ...{ engine: "mariadb", enabled: true, nextAt: null, overdueSince: null, proofOverdueSince: null, unprovenWhy: null },
  ...{ tooOld: false, targetFailingSince: null, lastId: null, lastState: null, lastAt: null, lastSize: null },
  proven: { id: "b", startedAt: AT, level: "counts", restoreMs: null },
};
const summarize = (...claims: Claim[]) => summarizeClaims({ claims, withoutData: 0 });

it("counts a service of which all is proven, whatever its age, as long as nothing is wrong", () => {
  expect(summarize(GOOD, { ...GOOD, policyId: "q", enabled: false })).toMatchObject({ services: 1, asScheduled: 1 });
});

it.each<[string, Partial<Claim>]>([
  ["is overdue", { overdueSince: AT }],
  ["has a proof overdue", { proofOverdueSince: AT }],
  ["failed last", { lastState: "failed" }],
  ["was missed last", { lastState: "missed" }],
  ["is too old", { tooOld: true }],
  ["lies in a target that fails", { targetFailingSince: AT }],
  ["has nothing proven", { proven: null }],
  ["has no schedule", { policyId: null, proven: null }],
])("does not count a service of which one thing %s, and a filter of the board finds it", (_what, more) => {
  const bad = { ...GOOD, ...more };
  expect(summarize(GOOD, bad)).toMatchObject({ services: 1, asScheduled: 0 });
  expect(Object.values(FITS).some((fits) => fits(bad))).toBe(true);
  expect(summarize({ ...bad, serviceId: null }).panelAsScheduled).toBe(false);
});
