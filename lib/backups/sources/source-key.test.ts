import { expect, it } from "vitest";
import type { BackupSource } from "../schema/source.ts";
import { overlaps, sourceKey } from "./source-key.ts";

const server = { kind: "mongodb", stackName: "pads", swarmService: "pads_mongo", databaseName: null } as const;
const rest = { userName: null, passwordSecret: null, oplog: false };
const whole: BackupSource = { ...server, ...rest };
const notes: BackupSource = { ...whole, databaseName: "notes" };

it("tells a whole MongoDB from each of its databases, of which it has every one", () => {
  expect(sourceKey(whole)).not.toBe(sourceKey(notes));
  expect([overlaps(whole, notes), overlaps(notes, whole), overlaps(notes, { ...notes })]).toEqual([true, true, true]);
  expect(overlaps(notes, { ...notes, databaseName: "other" })).toBe(false);
  expect(overlaps(notes, { ...whole, swarmService: "other_mongo" })).toBe(false);
  expect(overlaps(notes, { kind: "redis", stackName: "pads", swarmService: "pads_mongo", passwordSecret: null })).toBe(
    false,
  );
});
