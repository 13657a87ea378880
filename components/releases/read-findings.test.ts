import { expect, test } from "vitest";
import { readFindings } from "./read-findings.ts";

const nothing = { dataLoss: [], schemaChange: [], infrastructureChange: [] };

test("finds the line a citation is about, and why it was cited", () => {
  const found = readFindings({
    ...nothing,
    dataLoss: ["0002_drop, line 3: DROP TABLE notes (the rows (all of them) go)"],
  });
  expect(found).toEqual([{ migration: "0002_drop", line: 3, why: "the rows (all of them) go", weight: "loss" }]);
});

test("says a loss once, not as a change of the schema too", () => {
  const cited = "0002_drop, line 3: DROP TABLE notes (every row goes)";
  const found = readFindings({
    ...nothing,
    dataLoss: [cited],
    schemaChange: [cited, "0002_drop, line 5: ALTER TABLE a ADD b INT (changes the schema)"],
  });
  expect(found.map(({ line, weight }) => [line, weight])).toEqual([
    [3, "loss"],
    [5, "schema"],
  ]);
});

test("leaves out what is about no migration", () =>
  expect(
    readFindings({ ...nothing, dataLoss: ["mount /data is removed: what is in it is not seen any more"] }),
  ).toEqual([]));
