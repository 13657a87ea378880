import { describe, expect, it } from "vitest";
import { type EndedDeployment, measureDelivery } from "./measure-delivery.ts";

const at = (day: number, hour = 12, minute = 0) => new Date(Date.UTC(2026, 10, day, hour, minute));
const SPAN = { from: at(2, 0), until: at(22, 23) };

let number = 0;
const ended = (fields: Partial<EndedDeployment>): EndedDeployment => ({
  ...{ id: `d${++number}`, kind: "release", state: "done", previousId: "before" },
  ...{ releaseMadeAt: at(3, 9), startedAt: at(3, 11), finishedAt: at(3, 12) },
  ...fields,
});

describe("measureDelivery", () => {
  it("says nothing of nothing, week by week", () => {
    const none = measureDelivery([], SPAN);
    expect(none).toMatchObject({
      total: 0,
      failed: 0,
      failureRate: null,
      leadTimeS: null,
      timeToRestoreS: null,
      perWeek: 0,
    });
    expect(none.weeks.map(({ week }) => week)).toEqual(["2026-11-02", "2026-11-09", "2026-11-16"]);
  });

  it("counts a lead time from a release being made to its being done", () => {
    const slow = ended({ releaseMadeAt: at(4, 12), finishedAt: at(6, 12) });
    const { leadTimeS, weeks, perWeek } = measureDelivery([ended({}), slow], SPAN);
    expect(leadTimeS).toEqual({ median: 3 * 3_600, p90: 48 * 3_600 });
    expect(weeks[0]).toEqual({ week: "2026-11-02", deployments: 2, failed: 0, leadTimeS: 10_800, restoreS: null });
    expect(perWeek).toBe(0.7);
  });

  it("counts what was put back by itself as failed, and put right when it was", () => {
    const back = ended({ state: "rolled_back", startedAt: at(10, 12), finishedAt: at(10, 12, 5) });
    expect(measureDelivery([ended({}), back], SPAN)).toMatchObject({
      ...{ total: 2, failed: 1, failureRate: 0.5, timeToRestoreS: { median: 300, p90: 300 } },
    });
  });

  it("counts a failure until something else is done, and one that is not put right yet not at all", () => {
    const failed = ended({ state: "failed", finishedAt: at(10, 12) });
    const fixed = ended({ finishedAt: at(10, 14) });
    const open = ended({ state: "failed", finishedAt: at(20, 12) });
    const { failed: failures, timeToRestoreS } = measureDelivery([failed, fixed, open], SPAN);
    expect([failures, timeToRestoreS]).toEqual([2, { median: 7_200, p90: 7_200 }]);
  });

  it("counts what a person took back as failed; going back is no change of its own", () => {
    const bad = ended({ finishedAt: at(10, 12) });
    const back = ended({ kind: "rollback", previousId: bad.id, finishedAt: at(10, 13) });
    expect(measureDelivery([bad, back], SPAN)).toMatchObject({
      ...{ total: 1, failed: 1, leadTimeS: null, timeToRestoreS: { median: 3_600, p90: 3_600 } },
    });
  });

  it("leaves out the first one, which came with the environment, and what ended before", () => {
    const first = ended({ previousId: null });
    const early = ended({ finishedAt: new Date(Date.UTC(2026, 9, 1)) });
    expect(measureDelivery([early, first], SPAN).total).toBe(0);
  });
});
