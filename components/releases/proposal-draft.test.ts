import { expect, test } from "vitest";
import {
  answersToCompare,
  answersToSend,
  findContradictions,
  fromLocal,
  judgeStart,
  toLocal,
} from "./proposal-draft.ts";

const none = {
  ...{ dataLoss: false, schemaChange: false, infrastructureChange: false },
  ...{ manualSteps: false, manualText: "" },
};

test("a moment survives the way into the reader's zone and back", () => {
  const at = "2026-11-21T14:30:00.000Z";
  expect(toLocal(at)).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d$/);
  expect(fromLocal(toLocal(at))).toBe(at);
  expect(fromLocal("")).toBeNull();
});

test("asks with a stand-in while what has to be done by hand is still being typed", () => {
  expect(answersToCompare({ ...none, manualSteps: true, manualText: " " }).manualText).toBe("…");
  expect(answersToSend({ ...none, manualSteps: true, manualText: " call " }).manualText).toBe("call");
});

test("forgets what was typed once nothing has to be done by hand", () =>
  expect(answersToSend({ ...none, manualText: "call" }).manualText).toBe(""));

test("wants a moment that is still to come, when it shall start later", () => {
  const now = Date.parse("2026-11-21T12:00:00.000Z");
  expect(judgeStart(false, null, now)).toBeUndefined();
  expect(judgeStart(true, null, now)).toBeDefined();
  expect(judgeStart(true, "2026-11-21T11:59:00.000Z", now)).toBeDefined();
  expect(judgeStart(true, "2026-11-21T12:01:00.000Z", now)).toBeUndefined();
});

test("holds each answer against what was found", () => {
  const evidence = { dataLoss: ["DROP TABLE"], schemaChange: ["ALTER TABLE"], infrastructureChange: [] };
  expect(findContradictions(none, evidence)).toEqual([
    { question: "dataLoss", effect: "blocks" },
    { question: "schemaChange", effect: "raises" },
  ]);
  expect(findContradictions({ ...none, dataLoss: true, schemaChange: true }, evidence)).toEqual([]);
});
