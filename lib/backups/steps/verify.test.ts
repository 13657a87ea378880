import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { db } from "#lib/platform/db/client.ts";
import { OWN_DISK_TARGET } from "../constants.ts";
import {
  type PointDraft,
  type ProofWorld,
  type SourceServer,
  type StoredPoint,
  startProofWorld,
  startSource,
} from "../prove/testing.ts";
import { chooseBackup } from "../queries/choose-backup.ts";
import type { SmokeCheck } from "../schema/policy.ts";
import type { VerifyBackupInput } from "../schema/steps.ts";
import { backupsVerify } from "./verify.ts";

let world: ProofWorld;
beforeAll(async () => {
  world = await startProofWorld();
});
afterAll(() => world?.close());

const rowOf = ({ backupId }: StoredPoint) =>
  db().backup.findUniqueOrThrow({
    where: { id: backupId },
    include: { verifications: { orderBy: { createdAt: "asc" } } },
  });
const levelsOf = async (point: StoredPoint) =>
  (await rowOf(point)).verifications.map(({ level, ok }) => `${level} ${ok ? "good" : "bad"}`);
describe("what the policy wants asked", () => {
  let source: SourceServer;
  let good: PointDraft;
  beforeAll(async () => {
    source = await startSource("mariadb");
    await source.sql("CREATE TABLE note (id INT PRIMARY KEY); INSERT INTO note VALUES (1), (2), (41)");
    good = await source.draft();
  }, 120_000);
  afterAll(() => source?.close());

  const provePolicy = async (smoke: SmokeCheck) => {
    const point = await world.store(good);
    await world.setPolicy(point, smoke);
    return { point, proving: world.prove(point) };
  };

  test("a statement is asked of the restored data, and its first value compared", async () => {
    const { point, proving } = await provePolicy({ kind: "query", sql: "SELECT MAX(id), 7 FROM note;", expect: "41" });
    expect(await proving).toMatchObject({ proven: "smoke" });
    expect((await rowOf(point)).verifications.at(-1)?.report).toMatchObject({
      summary: "The statement gave what its policy expects.",
    });
  });

  test.each([
    ["another value", "SELECT COUNT(*) FROM note", "4", /gave another value than its policy expects/],
    ["no row", "SELECT id FROM note WHERE id = 5", "", /gave no row/],
    ["an error", "SELECT * FROM no_such", "", /was refused/],
    ["something it may not do", "CREATE DATABASE other", "", /was refused/],
  ])("%s fails the run, and leaves the rows proven", async (_what, sql, expected, words) => {
    const { point, proving } = await provePolicy({ kind: "query", sql, expect: expected });
    await expect(proving).rejects.toMatchObject({ code: "backups.disproved", message: expect.stringMatching(words) });
    expect(await rowOf(point)).toMatchObject({ state: "verified", proven: "counts", error: null });
    expect((await levelsOf(point)).at(-1)).toBe("smoke bad");
  });
});

describe("which point", () => {
  const choose = (which: VerifyBackupInput["which"]) =>
    chooseBackup(which, { serviceId: null, environment: "staging", policy: "chosen" }, 1);
  const add = (day: number, more: object = {}) =>
    db().backup.create({
      data: {
        id: randomUUID(),
        environment: "staging",
        policy: "chosen",
        engine: "mariadb",
        state: "stored",
        targetId: OWN_DISK_TARGET,
        key: randomUUID(),
        startedAt: new Date(Date.UTC(2026, 10, day)),
        ...more,
      },
    });

  test("the newest that is there; a random one that is older; one by its id, unless it was removed", async () => {
    expect(await choose("newest")).toBeNull();
    const removed = await add(3, { removedAt: new Date() });
    await add(4, { missingAt: new Date() });
    await add(5, { state: "failed" });
    await add(6, { state: "missed" });
    const newest = await add(2, { state: "verified" });
    expect(await choose("newest")).toBe(newest.id);
    expect(await choose("random-older")).toBeNull();
    const older = [await add(1), await add(0)].map(({ id }) => id);
    const chosen = new Set<string | null>();
    for (let round = 0; round < 60; round++) chosen.add(await choose("random-older"));
    expect([...chosen].sort()).toEqual(older.sort());
    expect(await choose("taken")).toBeNull();
    await expect(choose({ backupId: removed.id })).rejects.toMatchObject({ status: 404 });
    expect(await choose({ backupId: newest.id })).toBe(newest.id);
  });

  test("one that was removed while its proof waited for a person is not looked at, and the run says so", async () => {
    const gone = await add(7, { removedAt: new Date() });
    const { ctx } = world.context({ environment: "staging" });
    await ctx.checkpoint.set({ backupId: gone.id });
    await expect(backupsVerify.apply({ policy: "chosen", which: "newest" }, ctx)).rejects.toMatchObject({
      code: "backups.removed",
      retry: "permanent",
    });
    expect(await db().backup.findUnique({ where: { id: gone.id } })).toMatchObject({ state: "stored", error: null });
  });

  test("without an older point there is nothing to do, and that is no failure", async () => {
    const t = world.context({ environment: "nowhere" });
    expect(await backupsVerify.apply({ policy: "database", which: "random-older" }, t.ctx)).toMatchObject({
      backupId: null,
      stopped: "There is no older point yet.",
    });
    await expect(backupsVerify.apply({ policy: "database", which: "taken" }, t.ctx)).rejects.toMatchObject({
      code: "backups.none_taken",
    });
  });
});
