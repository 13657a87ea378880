import { describe, expect, it } from "vitest";
import { newPolicySchema } from "#lib/backups/schema/policy.ts";
import { findProblems, problemAt } from "./find-problems.ts";
import { blankIdentity, blankSettings, identityOf, settingsDraftOf, settingsOf } from "./policy-draft.ts";
import { sourceDraftOf, sourceOf } from "./source-draft.ts";

const settings = blankSettings("00000000-0000-4000-8000-000000000001", "America/Vancouver");
const identity = {
  ...blankIdentity("pad-notes"),
  source: sourceDraftOf({
    ...{ kind: "mariadb", stackName: "pad-notes-production", swarmService: "pad-notes-production_db" },
    ...{ databaseName: "pad_notes", userName: "pad_notes", passwordSecret: "services.pad-notes.db_pass" },
    rootPasswordSecret: null,
  }),
};
const problemsOf = (change: Partial<typeof settings>, who: Partial<typeof identity> = {}) =>
  findProblems(newPolicySchema, {
    ...settingsOf({ ...settings, ...change }),
    ...identityOf({ ...identity, ...who }),
  });

describe("what is wrong in the form of a policy", () => {
  it("is nothing with the defaults and a described source", () => {
    expect(problemsOf({})).toEqual({});
  });

  it("is said in words, at the field, for numbers that are none or too large", () => {
    expect(problemsOf({ jitterMinutes: "", graceMinutes: "1", keep: { ...settings.keep, daily: "x" } })).toEqual({
      jitterMinutes: "Give a whole number.",
      graceMinutes: "At least 5.",
      "retention.daily": "Give a whole number.",
    });
    expect(problemsOf({ jitterMinutes: "999" })).toEqual({ jitterMinutes: "At most 360." });
  });

  it("names the line of a recipient that is none", () => {
    const fields = problemsOf({ recipients: "\nage1x\n" });
    expect(problemAt(fields, "recipients")).toMatch(/^Line 1: .*age1/);
  });

  it("names what the source lacks", () => {
    const fields = problemsOf({}, { source: { ...identity.source, databaseName: "a b" }, name: "X" });
    expect(Object.keys(fields).sort()).toEqual(["name", "source.databaseName"]);
  });

  it("asks for a target when none is chosen", () => {
    expect(problemsOf({ targetId: "" }).targetId).toBe("Choose where it goes.");
  });
});

describe("a policy in the form", () => {
  it("comes out as it went in", () => {
    const policy = settingsOf({
      ...settings,
      smoke: { kind: "http", sql: "", expect: "", path: "/health", port: "8080", status: "204" },
      maskingSql: "UPDATE users SET email = 'x';",
      recipients: "age1a\nage1b",
    });
    expect(settingsOf(settingsDraftOf(policy))).toEqual(policy);
  });

  it.each([
    { kind: "files", path: "/srv/pad-notes", exclude: ["cache", "*.tmp"] },
    { kind: "volume", volumeName: "pad-notes_data", exclude: [] },
    { kind: "panel" },
    { kind: "redis", stackName: "a", swarmService: "a_redis", passwordSecret: null },
    {
      ...{ kind: "mongodb", stackName: "a", swarmService: "a_db", databaseName: null, userName: null },
      ...{ passwordSecret: null, oplog: true },
    },
  ] as const)("keeps a source of the kind $kind as it is", (source) => {
    expect(sourceOf(sourceDraftOf(structuredClone(source) as never))).toEqual(source);
  });
});
