import { expect, test } from "vitest";
import { fillAnswers } from "#lib/services/schema/answers.ts";
import { findingsFor } from "./conflicts.ts";
import type { GroupAnswers } from "./edits.ts";

const withName = (name: string) => fillAnswers({ identity: { name } }) as unknown as GroupAnswers;
const checked = {
  check: {
    rev: 2,
    ready: false,
    fields: { "identity.name": "billing is taken.", "placement.image": "Give an image." },
    warnings: {},
    preview: [],
  },
  answers: withName("billing"),
};

test("a group gets its own findings, by path within it", () => {
  expect(findingsFor("identity", "fields", checked, withName("billing"))).toEqual({ name: "billing is taken." });
  expect(findingsFor("identity", "warnings", checked, withName("billing"))).toEqual({});
});

test("a finding about an answer that has been changed since is not shown", () => {
  expect(findingsFor("identity", "fields", checked, withName("billing-2"))).toEqual({});
});
