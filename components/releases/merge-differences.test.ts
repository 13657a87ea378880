import { expect, test } from "vitest";
import type { DifferenceView } from "#lib/releases/types.ts";
import { mergeDifferences } from "./merge-differences.ts";

const difference = (area: DifferenceView["area"], name: string, before: string | null, after: string | null) =>
  ({ area, name, change: before === null ? "added" : after === null ? "removed" : "changed", before, after }) as const;

const image = difference("image", "app", "pad:1@a", "pad:2@b");

test("says what staging has beside what is proposed", () => {
  const { changed } = mergeDifferences([image], [image]);
  expect(changed).toEqual([
    { area: "image", name: "app", change: "changed", now: "pad:1@a", next: "pad:2@b", staging: "pad:2@b" },
  ]);
});

test("knows that staging has what production has where the two do not differ", () => {
  const { changed } = mergeDifferences([difference("environment", "MODE", "slow", "fast")], []);
  expect(changed[0]).toMatchObject({ now: "slow", next: "fast", staging: "slow" });
});

test("keeps apart what differs in staging and is left alone", () => {
  const replicas = difference("replicas", "app", "3", "1");
  const { changed, untouched } = mergeDifferences([image], [image, replicas]);
  expect(changed).toHaveLength(1);
  expect(untouched).toEqual([{ area: "replicas", name: "app", change: "changed", now: "3", next: "3", staging: "1" }]);
});

test("says nothing of staging where there is none", () =>
  expect(mergeDifferences([image], null).changed[0]).not.toHaveProperty("staging"));

test("knows which migrations ran in staging", () => {
  const migration = difference("migration", "0002", null, "will run");
  expect(mergeDifferences([migration], [migration]).changed[0]).toMatchObject({ staging: "ran" });
  expect(mergeDifferences([migration], []).changed[0]).toMatchObject({ staging: null });
  expect(mergeDifferences([], [migration]).untouched).toEqual([]);
});

test("puts images first and migrations last, names in the order people count", () => {
  const proposed = [
    difference("migration", "0002", null, "will run"),
    difference("environment", "V10", null, "a"),
    difference("environment", "V2", null, "a"),
    image,
  ];
  expect(mergeDifferences(proposed, null).changed.map(({ name }) => name)).toEqual(["app", "V2", "V10", "0002"]);
});
