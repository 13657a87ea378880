import { describe, expect, it } from "vitest";
import { targetInputSchema } from "#lib/backups/schema/target.ts";
import { findProblems } from "./find-problems.ts";
import { blankTarget, presetFields, S3_PRESETS, type TargetDraft, targetOf } from "./target-draft.ts";

const problemsOf = (fields: Partial<TargetDraft>) =>
  findProblems(targetInputSchema, targetOf({ ...blankTarget(), name: "Off site", ...fields }));

describe("a target in the form", () => {
  it.each(S3_PRESETS.filter((one) => one.id !== "other"))("is right for $label with a bucket and keys", (preset) => {
    const typed = { bucket: "harbour-backups", accessKeyId: "AKIAEXAMPLE", secret: "secret" };
    expect(problemsOf({ ...presetFields(preset), ...typed })).toEqual({});
  });

  it("names what is missing, beside its field", () => {
    expect(Object.keys(problemsOf({ name: " ", bucket: "No Such" })).sort()).toEqual([
      "config.accessKeyId",
      "config.bucket",
      "name",
    ]);
    expect(problemsOf({ kind: "ssh", port: "x", host: "", user: "backup", folder: "srv", hostKey: "no" })).toEqual({
      "config.host": "Give a host.",
      "config.port": "Give a whole number.",
      "config.folder": "Give an absolute path.",
      "config.hostKey": "Give the host key's SHA256 fingerprint.",
    });
  });

  it("keeps the secret that is there when none was typed, and gives a pasted key its last line end", () => {
    expect(targetOf(blankTarget()).secret).toBeNull();
    expect(
      targetOf({ ...blankTarget(), kind: "ssh", secret: "-----BEGIN KEY-----\nx\n-----END KEY-----" }).secret,
    ).toMatch(/-----END KEY-----\n$/);
    expect(targetOf({ ...blankTarget(), kind: "disk", secret: "left from S3" }).secret).toBeNull();
  });
});
