import { expect, test } from "vitest";
import type { DeploymentView } from "#lib/releases/types.ts";
import { buildTimeline } from "./build-timeline.ts";

const sam = { id: "sam", name: "Sam Sand" };
const mark = { id: "mark", name: "Mark Mast" };
const at = (minute: number) => `2026-11-21T10:${String(minute).padStart(2, "0")}:00.000Z`;

const deployment = (over: Partial<DeploymentView>): DeploymentView =>
  ({
    kind: "release",
    state: "proposed",
    requestedBy: sam,
    createdAt: at(0),
    reason: null,
    approvals: [],
    comments: [],
    needed: 1,
    approvedAt: null,
    startedAt: null,
    finishedAt: null,
    outcome: null,
    review: null,
    ...over,
  }) as DeploymentView;

const vote = {
  voter: mark,
  by: mark,
  decision: "approve",
  comment: "Looks right.",
  createdAt: at(3),
  counts: true,
} as const;

test("tells everything in the order it happened", () => {
  const events = buildTimeline(
    deployment({
      state: "done",
      approvals: [vote],
      comments: [{ id: "c", by: sam, text: "Ready when you are.", createdAt: at(2) }],
      approvedAt: at(3),
      startedAt: at(4),
      finishedAt: at(6),
      outcome: "It serves.",
    }),
  );
  expect(events.map(({ key }) => key.split("-")[0])).toEqual([
    "proposed",
    "comment",
    "vote",
    "approved",
    "started",
    "ended",
  ]);
  expect(events.at(-1)).toMatchObject({ state: "done", text: "It serves." });
});

test("says of an approval of an earlier text that it does not count", () => {
  const [, event] = buildTimeline(deployment({ approvals: [{ ...vote, counts: false }] }));
  expect(event).toMatchObject({ state: "skipped" });
  expect(event?.what).toContain("does not count");
});

test("says in whose name a lent vote was given", () => {
  const [, event] = buildTimeline(deployment({ approvals: [{ ...vote, by: { id: "steph", name: "Steph Stone" } }] }));
  expect(event).toMatchObject({ who: "Steph Stone" });
  expect(event?.what).toContain("in the name of Mark Mast");
});

test("has no end while it is open or under way", () => {
  expect(buildTimeline(deployment({ state: "running", startedAt: at(4) })).map(({ key }) => key)).toEqual([
    "proposed",
    "started",
  ]);
});

test("says what the panel did by itself, and that nobody was asked", () => {
  const events = buildTimeline(deployment({ requestedBy: null, needed: 0, approvedAt: at(0), state: "approved" }));
  expect(events).toHaveLength(1);
  expect(events[0]?.who).toBeNull();
});

test("says that all approvals are there after the one that was the last", () => {
  const late = { ...vote, createdAt: at(5) };
  const events = buildTimeline(deployment({ state: "approved", approvals: [late], approvedAt: at(3) }));
  expect(events.map(({ word }) => word)).toEqual(["Proposed", "Approved", "It has all approvals it needs"]);
});
