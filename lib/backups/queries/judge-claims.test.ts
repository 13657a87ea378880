import { expect, it } from "vitest";
import { summarizeClaims } from "./judge-claims.ts";
import type { Claim } from "./read-claims.ts";

const HOUR_MS = 3_600_000;
const NOW = Date.UTC(2026, 10, 21, 12);

const provenAfter = (hours: number): Claim => ({
  ...{ policyId: "p", serviceId: "s", service: "pads", environment: "production", policy: "database" },
  ...{ engine: "mariadb", enabled: true, nextAt: null, overdueSince: null, proofOverdueSince: null, unprovenWhy: null },
  ...{ targetFailingSince: null },
  ...{ lastId: null, lastState: null, lastAt: null, lastSize: null },
  proven: { id: "b", startedAt: new Date(NOW + hours * HOUR_MS), level: "counts", restoreMs: null },
});

it.each([
  ["of this day", -23, 1],
  ["of yesterday", -25, 0],
  ["of a clock that is ahead by less than clocks differ", 0.1, 1],
  ["of the future, whose age nobody knows", 24, 0],
])("a point %s", (_what, hours, services) => {
  expect(summarizeClaims([provenAfter(hours)], NOW).withinDay).toBe(services);
});
