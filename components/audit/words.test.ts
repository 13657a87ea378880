import { expect, test } from "vitest";
import { describeDetail, pageOf } from "./words.ts";

test("leads to the page of a run, and nowhere where there is none", () => {
  expect(pageOf({ subjectType: "run", subjectId: "12" })).toBe("/runs/12");
  expect(pageOf({ subjectType: "route", subjectId: "GET /users" })).toBeUndefined();
});

test("says a detail in one line, without what is empty", () =>
  expect(describeDetail({ title: "Back up", serviceId: null, steps: 3, names: ["a"] })).toBe(
    'title: Back up, steps: 3, names: ["a"]',
  ));
