import { expect, test } from "vitest";
import {
  describeAvailability,
  describeState,
  findMedian,
  isAllAsScheduled,
  sayAll,
  sayWhatIsMissing,
  sayWithoutData,
} from "./backup-words.ts";

const ALL = {
  services: 12,
  asScheduled: 12,
  panelAsScheduled: true,
  overdue: 0,
  failing: 0,
  tooOld: 0,
  unreachable: 0,
  unproven: 0,
  unscheduled: 0,
  withoutData: 0,
};

test("says of everything how much can provably be brought back", () => {
  expect(sayAll({ ...ALL, asScheduled: 11 })).toBe(
    "11 of 12 services provably restorable as scheduled, and so is the panel itself.",
  );
  expect(sayAll({ ...ALL, panelAsScheduled: false })).toBe(
    "All 12 services provably restorable as scheduled; the panel itself is not.",
  );
  expect(sayAll({ ...ALL, asScheduled: 0 })).toBe(
    "0 of 12 services provably restorable as scheduled; the panel itself is.",
  );
  expect(sayAll({ ...ALL, services: 1, asScheduled: 1 })).toContain("1 of 1 service provably");
  expect(sayAll({ ...ALL, services: 0, asScheduled: 0 })).toMatch(/^No service has data yet/);
});

test("is content when every service and the panel itself are as their schedules ask", () => {
  expect(isAllAsScheduled(ALL)).toBe(true);
  expect(isAllAsScheduled({ ...ALL, asScheduled: 11 })).toBe(false);
  expect(isAllAsScheduled({ ...ALL, panelAsScheduled: false })).toBe(false);
});

test("says of which services there is no line", () => {
  expect(sayWithoutData(ALL)).toBeNull();
  expect(sayWithoutData({ ...ALL, withoutData: 1 })).toMatch(/^1 live service has nothing/);
  expect(sayWithoutData({ ...ALL, withoutData: 3 })).toMatch(/^3 live services have nothing/);
});

test("calls nothing done that was not restored and counted", () => {
  for (const proven of [null, "hash", "decode", "restore"] as const)
    expect(describeState("stored", proven).state).toBe("person");
  expect(describeState("verified", "counts")).toEqual({ state: "done", word: "Restored and counted" });
  expect(describeState("missed", null).word).toBe("Missed");
  expect(describeState("failed", "counts").state).toBe("failed");
});

test("says why something cannot be had", () => {
  expect(describeAvailability({ availability: "removed", removedReason: "retention" })?.why).toBe("retention");
  expect(describeAvailability({ availability: "none", removedReason: null })).toBeNull();
});

test("says what a restore point lacks, and nothing when it lacks nothing", () => {
  const point = { state: "verified", availability: "available", proven: "counts", verifications: [] } as const;
  expect(sayWhatIsMissing({ ...point, verifications: [] })).toBeNull();
  expect(sayWhatIsMissing({ ...point, verifications: [], proven: "decode", state: "stored" })).toMatch(
    /nobody has restored/,
  );
  expect(sayWhatIsMissing({ ...point, verifications: [], availability: "removed" })).toMatch(/removed/);
  expect(sayWhatIsMissing({ ...point, verifications: [], availability: "none", state: "failed" })).toMatch(
    /did not get/,
  );
});

test("finds the usual size between two", () => {
  expect(findMedian([{ sizeBytes: 1 }, { sizeBytes: 9 }, { sizeBytes: 3 }])).toBe(3);
  expect(findMedian([{ sizeBytes: 2 }, { sizeBytes: 4 }])).toBe(3);
  expect(findMedian([])).toBeNull();
});
