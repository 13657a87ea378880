import { expect, test } from "vitest";
import { formatPlace, parsePlace } from "./permalink.ts";

test.each([
  ["#stack", { stepKey: "stack" }],
  ["#stack:3", { stepKey: "stack", attempt: 3 }],
  ["#stack:L10", { stepKey: "stack", attempt: 1, lines: { from: 10, to: 10 } }],
  [
    "#database-secret.db_pass:2:L10-L20",
    { stepKey: "database-secret.db_pass", attempt: 2, lines: { from: 10, to: 20 } },
  ],
])("%s is a place, written the same again", (hash, place) => {
  expect(parsePlace(hash)).toEqual(place);
  expect(formatPlace(place)).toBe(hash);
});

test("lines the wrong way round are turned, and the second L may be left out", () => {
  expect(parsePlace("#stack:L20-L10")?.lines).toEqual({ from: 10, to: 20 });
  expect(parsePlace("#stack:L5-9")?.lines).toEqual({ from: 5, to: 9 });
});

test.each(["", "#", "#<script>", "#stack:L", "#stack:x", "#%E0%A4%A", "#stack:L1-L2-L3"])("%s is no place", (hash) => {
  expect(parsePlace(hash)).toBeUndefined();
});

test("line 0 is no line", () => {
  expect(parsePlace("#stack:L0")).toEqual({ stepKey: "stack" });
});
