import { expect, test } from "vitest";
import { stepStates } from "./step-states.ts";

const groups = [
  { key: "identity" as const, title: "What it is", state: "complete" as const, fields: {} },
  { key: "placement" as const, title: "Where it runs", state: "empty" as const, fields: {} },
  { key: "data" as const, title: "Data", state: "problems" as const, fields: {} },
  { key: "review" as const, title: "Review", state: "empty" as const, fields: {} },
];
const statesOf = (problems: string[]) => stepStates({ groups }, problems).map((step) => step.state);

test("a page is done, has problems, or stands on its defaults", () => {
  expect(statesOf([])).toEqual(["done", "defaults", "problems", "defaults"]);
});

test("a clash with another service shows on a page that was right by itself", () => {
  expect(statesOf(["identity.name"])).toEqual(["problems", "defaults", "problems", "defaults"]);
});

test("a page nobody has been to is not blamed for what is missing there", () => {
  expect(statesOf(["placement.image"])[1]).toBe("defaults");
});
