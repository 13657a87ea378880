import { describe, expect, test } from "vitest";
import { ANSWER_GROUPS } from "#lib/services/schema/answers.ts";
import { applyEdits, dropSaved, type GroupAnswers, hasEdits, mergeStale, withEdit } from "./edits.ts";

const answersWith = (some: Partial<GroupAnswers>): GroupAnswers =>
  ({ ...Object.fromEntries(ANSWER_GROUPS.map((key) => [key, {}])), ...some }) as GroupAnswers;

describe("edits", () => {
  test("lie over what is saved, field by field", () => {
    const saved = answersWith({ identity: { name: "pad", purpose: "notes" } });
    const edits = withEdit(withEdit({}, "identity", { name: "pad-2" }), "data", { database: "mariadb" });
    const shown = applyEdits(saved, edits);
    expect(shown.identity).toEqual({ name: "pad-2", purpose: "notes" });
    expect(shown.data).toEqual({ database: "mariadb" });
  });

  test("are gone once saved, except what was typed again meanwhile", () => {
    const sent = { identity: { name: "pa", purpose: "notes" }, data: {} };
    const now = { identity: { name: "pad", purpose: "notes" }, data: {} };
    expect(dropSaved(now, sent)).toEqual({ identity: { name: "pad" } });
    expect(hasEdits(dropSaved(sent, sent))).toBe(false);
  });

  test("in a group that was not sent stay", () => {
    expect(dropSaved({ signIn: {} }, { identity: { name: "pad" } })).toEqual({ signIn: {} });
  });
});

describe("when somebody else saved first", () => {
  const base = answersWith({ identity: { name: "pad", purpose: "notes", ownerId: "a" } });

  test("what only I changed is still mine to save", () => {
    const theirs = answersWith({ identity: { name: "pad", purpose: "notes", ownerId: "b" } });
    const merged = mergeStale(base, theirs, { identity: { purpose: "shared notes" } });
    expect(merged).toEqual({ edits: { identity: { purpose: "shared notes" } }, clashes: [], changed: ["identity"] });
  });

  test("what both changed is shown as they saved it, and mine is handed back", () => {
    const theirs = answersWith({ identity: { name: "pad", purpose: "theirs", ownerId: "a" } });
    const merged = mergeStale(base, theirs, { identity: { purpose: "mine", name: "pad-2" } });
    expect(merged.edits).toEqual({ identity: { name: "pad-2" } });
    expect(merged.clashes).toEqual([{ group: "identity", field: "purpose", mine: "mine", theirs: "theirs" }]);
  });

  test("the same change twice is no clash", () => {
    const theirs = answersWith({ identity: { name: "pad", purpose: "same", ownerId: "a" } });
    expect(mergeStale(base, theirs, { identity: { purpose: "same" } }).clashes).toEqual([]);
  });
});
