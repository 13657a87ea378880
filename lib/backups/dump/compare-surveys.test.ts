import { expect, test } from "vitest";
import { compareSurveys } from "./compare-surveys.ts";

test("a table of which nothing but a checksum is known is missed too", () => {
  const expected = { counts: { a: [1, 1] as [number, number] }, checksums: { a: "7", history: "8" } };
  const found = { counts: expected.counts, checksums: { a: "7" } };
  expect(compareSurveys(expected, found).differences).toEqual(["history is missing"]);
  expect(compareSurveys(expected, { counts: {}, checksums: {} }).differences).toEqual([
    "a is missing",
    "history is missing",
  ]);
  // Where the server that counts has no checksum of it, it is there all the same.
  expect(
    compareSurveys(expected, { ...found, counts: { a: [1, 1], history: [2, 2] }, checksums: {} }).differences,
  ).toEqual(["history was not dumped but is there"]);
});

test("what a backup of before counted and nobody counts any more is not missed", () => {
  const expected = {
    counts: { a: [1, 1], theirs: [3, 3] } as Record<string, [number, number]>,
    checksums: { theirs: "1" },
  };
  expect(compareSurveys(expected, { counts: { a: [1, 1] }, checksums: {}, uncounted: ["theirs"] })).toEqual({
    differences: [],
    told: [],
  });
});
