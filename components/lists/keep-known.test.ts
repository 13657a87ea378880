import { expect, test } from "vitest";
import { OWN_DISK_TARGET } from "#lib/backups/constants.ts";
import { keepId, keepKnown } from "./keep-known.ts";

test("what an address says and nobody knows counts as not said", () => {
  const states = ["failed", "missed"] as const;
  expect(keepKnown("failed", states)).toBe("failed");
  expect(keepKnown("bogus", states)).toBe("");
  expect(keepKnown("", states)).toBe("");
  expect(keepId(OWN_DISK_TARGET)).toBe(OWN_DISK_TARGET);
  expect(keepId("bogus")).toBe("");
});
