import { expect, test } from "vitest";
import { readNumber, settleNumber, showNumber } from "./number-text.ts";

test.each([
  ["512", 512],
  ["0.5", 0.5],
  ["", null],
  ["  ", null],
  ["0.", "0."],
  ["0.0", "0.0"],
  ["many", "many"],
  ["Infinity", "Infinity"],
  ["-1", -1],
])("typing %j holds %j", (text, value) => {
  expect(readNumber(text)).toBe(value);
});

test("typing digit by digit never changes what stands in the field", () => {
  for (const text of ["0", "0.", "0.0", "0.05", "1", "1x"]) expect(showNumber(readNumber(text))).toBe(text);
});

test.each([
  ["0.50", 0.5],
  ["007", 7],
  ["0,5", 0.5],
  ["1.2.3", "1.2.3"],
  [null, null],
  [3, 3],
])("leaving the field settles %j to %j", (held, value) => {
  expect(settleNumber(held)).toBe(value);
});
