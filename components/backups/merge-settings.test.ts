import { describe, expect, it } from "vitest";
import { DEFAULT_POLICY, type PolicySettings } from "#lib/backups/schema/policy.ts";
import { DEFAULT_RETENTION } from "#lib/backups/schema/retention.ts";
import { compareSettings, mergeSettings } from "./merge-settings.ts";

const base: PolicySettings = {
  ...DEFAULT_POLICY,
  recipients: [],
  verification: { ...DEFAULT_POLICY.verification },
  retention: DEFAULT_RETENTION,
  targetId: "a",
};
const targetName = (id: string) => ({ a: "Disk", b: "Bucket" })[id] ?? id;

describe("two editors of one policy", () => {
  const mine = { ...base, cron: "30 3 * * *", retention: { ...DEFAULT_RETENTION, daily: 30 } };
  const theirs = { ...base, cron: "0 4 * * *", targetId: "b" };

  it("see each setting in which they differ, and who changed it", () => {
    expect(compareSettings(base, mine, theirs, targetName)).toEqual([
      { key: "targetId", label: "Target", mine: "Disk", theirs: "Bucket", isMine: false },
      { key: "cron", label: "Schedule", mine: "30 3 * * *", theirs: "0 4 * * *", isMine: true },
      {
        key: "retention",
        label: "How long it is kept",
        mine: "last 3, daily 30, weekly 8, monthly 12",
        theirs: "last 3, daily 14, weekly 8, monthly 12",
        isMine: true,
      },
    ]);
  });

  it("lose nothing: what the later one keeps goes over the other's version", () => {
    const merged = mergeSettings(mine, theirs, new Set(["retention"]));
    expect(merged).toEqual({ ...theirs, retention: mine.retention });
  });

  it("have nothing to settle when they did the same", () => {
    expect(compareSettings(base, theirs, theirs, targetName)).toEqual([]);
  });
});
