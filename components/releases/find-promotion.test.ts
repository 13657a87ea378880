import { expect, test } from "vitest";
import type { EnvironmentView } from "#lib/releases/types.ts";
import { findPromotion } from "./find-promotion.ts";

const environment = (name: string, number: number | null, movingId: string | null = null): EnvironmentView => ({
  id: name,
  name,
  stackName: `pad-${name}`,
  state: number === null ? "empty" : "running",
  hostnames: [],
  soakS: 15,
  createdAt: "2026-11-21T10:00:00.000Z",
  configVersion: 1,
  current:
    number === null
      ? null
      : {
          deploymentId: `d${number}`,
          kind: "release",
          release: { id: `r${number}`, number },
          image: "pad:1",
          commitId: null,
          configVersion: 1,
          since: "2026-11-21T10:00:00.000Z",
        },
  movingId,
  drift: null,
  run: null,
});

const of = (staging: EnvironmentView, production: EnvironmentView) => findPromotion([production, staging], production);

test("offers what staging runs and production does not have yet", () => {
  expect(of(environment("staging", 14), environment("production", 12))).toEqual({
    from: "Staging",
    number: 14,
    ahead: "2 releases",
  });
});

test.each([
  ["the same runs in both", environment("staging", 12), environment("production", 12)],
  ["staging is behind", environment("staging", 11), environment("production", 12)],
  ["nothing runs in staging", environment("staging", null), environment("production", 12)],
  ["production is busy", environment("staging", 14), environment("production", 12, "d13")],
])("offers nothing when %s", (_, staging, production) => expect(of(staging, production)).toBeNull());

test("offers nothing for any other environment", () => {
  const staging = environment("staging", 14);
  expect(findPromotion([environment("production", 12), staging], staging)).toBeNull();
});
