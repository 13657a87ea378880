import { expect, test } from "vitest";
import { findUnsaid } from "./find-unsaid.ts";

test("what no field of a form says is said with its path, and what one says is not said twice", () => {
  const fields = {
    "source.path": "Only an administrator backs up that folder.",
    "recipients.0": "This is not an age recipient.",
    cron: "This time never comes.",
  };
  const shown = ["Line 1: This is not an age recipient.", "This time never comes."];
  expect(findUnsaid(fields, shown)).toEqual(["Only an administrator backs up that folder. (source.path)"]);
  expect(findUnsaid(fields, [...shown, fields["source.path"]])).toEqual([]);
  expect(findUnsaid({}, shown)).toEqual([]);
});
