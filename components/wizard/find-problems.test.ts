import { expect, test } from "vitest";
import { type DraftAnswers, fillAnswers } from "#lib/services/schema/answers.ts";
import type { GroupAnswers } from "./edits.ts";
import { findProblems } from "./find-problems.ts";

const filled = (draft: DraftAnswers) => fillAnswers(draft) as unknown as GroupAnswers;

test("a wrong number does not hide that the image is wrong too", () => {
  const problems = findProblems("placement", filled({ placement: { image: "Pad Notes", cpus: "many" } }));
  expect(Object.keys(problems).sort()).toEqual(["cpus", "image"]);
});

test("a field that is wrong by itself is told once, in its own words", () => {
  const ports = [{ container: 70000, publish: "automatic", published: null, protocol: "tcp", purpose: "Web" }];
  const problems = findProblems("placement", filled({ placement: { image: "pad:1", ports } }));
  expect(problems).toEqual({ "ports.0.container": "70000 is not a port: ports go from 1 to 65535." });
});

test("right answers have none", () => {
  expect(findProblems("placement", filled({ placement: { image: "pad:1" } }))).toEqual({});
});
