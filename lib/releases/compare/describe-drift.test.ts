import { expect, test } from "vitest";
import type { TargetState } from "../schema/deployment-views.ts";
import { describeDrift } from "./describe-drift.ts";

const BEFORE: TargetState = {
  deploymentId: "one",
  configVersion: 3,
  secretVersions: { db_pass: 1, gone: 1 },
  services: [
    { name: "pad_app", image: `pad@sha256:${"a".repeat(64)}`, specLabel: "l" },
    { name: "pad_db", image: `db@sha256:${"b".repeat(64)}`, specLabel: "l" },
  ],
  soakS: 60,
};

test("the same is no drift", () => {
  expect(describeDrift(BEFORE, structuredClone(BEFORE))).toEqual([]);
});

test("each difference is said in words", () => {
  const now: TargetState = {
    deploymentId: "two",
    configVersion: 4,
    secretVersions: { db_pass: 2 },
    services: [
      { name: "pad_app", image: `pad@sha256:${"c".repeat(64)}`, specLabel: "l" },
      { name: "other", image: "x", specLabel: null },
    ],
    soakS: 0,
  };
  expect(describeDrift(BEFORE, now)).toEqual([
    "Another release has been deployed there meanwhile.",
    "Its settings are version 4 now, not 3.",
    "It would be watched for 0 s, not 60 s.",
    "The secret db_pass is version 2 now, not 1.",
    "The secret gone is version none now, not 1.",
    `pad_app runs sha256:${"c".repeat(12)} now, not sha256:${"a".repeat(12)}.`,
    "The stack has a service other that it did not have.",
    "The stack no longer has the service pad_db.",
  ]);
  const [app] = BEFORE.services;
  const changed = {
    ...BEFORE,
    services: [{ ...(app ?? { name: "", image: "" }), specLabel: "m" }, ...BEFORE.services.slice(1)],
  };
  expect(describeDrift(BEFORE, changed)).toEqual(["pad_app was changed since."]);
});
