import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createPeople, type People } from "#lib/access/testing/people.ts";
import { useTestDatabase } from "#lib/access/testing/use-test-database.ts";
import { overrideConfig } from "#lib/platform/config/config.ts";
import { sha256 } from "#lib/platform/crypto.ts";
import { db } from "#lib/platform/db/client.ts";
import { createTestContext, type TestContextOptions } from "#lib/steps/testing/context.ts";
import { createPoint, createPolicyRow, createServiceRow, type PointValues } from "#workers/testing/backup-rows.ts";
import { KINDS } from "../constants.ts";
import { manifestOf } from "../testing/points.ts";
import { backupsPrune, type PruneOutput } from "./prune.ts";
import { backupsRemove } from "./remove.ts";

useTestDatabase("prune");
const DAY_MS = 86_400_000;
const NONE = { last: 0, hourly: 0, daily: 0, weekly: 0, monthly: 0, yearly: 0 };

let people: People;
let root = "";
let service: { id: string; name: string };
let policyId: string;

beforeAll(async () => {
  people = await createPeople();
  root = mkdtempSync(join(tmpdir(), "seaworthy-prune-"));
  overrideConfig({ BACKUPS_ROOT: root });
});
afterAll(() => rmSync(root, { recursive: true, force: true }));
beforeEach(async () => {
  service = await createServiceRow(people.owner.id);
  policyId = await createPolicyRow(service, { retention: { ...NONE, daily: 3 } });
});

const contextOf = (options: TestContextOptions = {}) =>
  createTestContext({ service, environment: "production", ...options });
const INPUT = { policy: "database" };
const prune = (options?: TestContextOptions) =>
  backupsPrune.apply(INPUT, contextOf(options).ctx) as Promise<PruneOutput>;

const PARTS = ["database.sql.zst", "globals.sql.zst"];

/** A point of so many days ago with its objects where they belong. */
async function storePoint(daysAgo: number, values: PointValues = {}) {
  const startedAt = new Date(Date.now() - daysAgo * DAY_MS);
  const point = await createPoint(policyId, { startedAt, ...values });
  mkdirSync(join(root, point.key), { recursive: true });
  for (const name of [...PARTS, "manifest.json"]) writeFileSync(join(root, point.key, name), name);
  const parts = PARTS.map((name) => ({
    ...{ name, key: `${point.key}/${name}`, sizeBytes: name.length, sha256: "0".repeat(64) },
  }));
  await db().backup.update({ where: { id: point.id }, data: { manifest: manifestOf(point.id, { parts }) } });
  return point;
}
const isWhole = (point: { key: string }) => existsSync(join(root, point.key, "manifest.json"));
const objectsOf = (point: { key: string }) =>
  existsSync(join(root, point.key)) ? readdirSync(join(root, point.key)) : [];
const rowOf = (point: { id: string }) => db().backup.findUniqueOrThrow({ where: { id: point.id } });

describe("what a policy no longer keeps", () => {
  it("is removed with all its objects, and its row says when and why", async () => {
    const points = [];
    for (const day of [0, 1, 2, 3, 4]) points.push(await storePoint(day));
    const test = contextOf();
    expect((await backupsPrune.plan(INPUT, test.ctx)).changes).toHaveLength(2);
    expect(await backupsPrune.apply(INPUT, test.ctx)).toEqual({ kept: 3, removed: 2 });
    expect(points.map(isWhole)).toEqual([true, true, true, false, false]);
    for (const point of points.slice(3)) {
      expect(objectsOf(point)).toEqual([]);
      const row = await rowOf(point);
      expect(row.removedAt).not.toBeNull();
      expect(row.removedReason).toContain("policy database");
    }
    expect(await backupsPrune.verify(INPUT, test.ctx)).toMatchObject({ ok: true });
    expect(await prune()).toEqual({ kept: 3, removed: 0 });
    expect(test.lines.join("\n")).toContain("daily 3 of 3");
  });

  it("is in nobody's ledger any more", async () => {
    for (const day of [0, 1, 2]) await storePoint(day);
    const old = await storePoint(9);
    const liveKey = sha256(`${KINDS.point}\0${old.id}`);
    const run = { mode: "apply", checklistKey: "backup", checklistVersion: 2, title: "x", state: "succeeded" };
    const { id: runId } = await db().run.create({
      data: { ...run, startKey: `r:${policyId}`, stepsTotal: 1, stepsDone: 1 },
    });
    const step = { key: "take", position: 0, name: "backups.take", title: "x", queue: "backups", input: {} };
    const { id: stepId } = await db().step.create({
      data: { ...step, runId, state: "succeeded", pendingDeps: 0, maxAttempts: 1 },
    });
    const made = { kind: KINDS.point, providerId: old.id, name: old.key, stepId, stepName: "backups.take" };
    await db().resource.create({ data: { id: old.id, ...made, attributes: {}, state: "present", liveKey } });
    await prune();
    expect(await db().resource.findUnique({ where: { id: old.id } })).toMatchObject({ state: "gone", liveKey: null });
  });

  it("stays after a failed or missed backup, and while a point is being proven", async () => {
    for (const day of [1, 2, 3, 4, 5]) await storePoint(day);
    for (const state of ["failed", "missed"]) {
      const { id } = await createPoint(policyId, { state });
      expect(await prune()).toMatchObject({ removed: 0 });
      await db().backup.delete({ where: { id } });
    }
    const run = { mode: "apply", checklistKey: "verify-backup", checklistVersion: 1, title: "x", state: "running" };
    const { id } = await db().run.create({
      data: { ...run, startKey: `v:${policyId}`, exclusiveKey: `verify:${policyId}`, stepsTotal: 1, stepsDone: 0 },
    });
    expect(await prune()).toMatchObject({ removed: 0 });
    // It reads nothing until a person has made up their mind, which may take for ever.
    await db().run.update({ where: { id }, data: { state: "waiting" } });
    expect(await prune()).toMatchObject({ removed: 2 });
    await db().run.delete({ where: { id } });
  });

  it("never is the last proven, the pinned, the locked, or what is being restored; bad and missing ones do not count", async () => {
    for (const day of [0, 1, 2]) await storePoint(day, { state: "stored" });
    const proven = await storePoint(10);
    const pinned = await storePoint(11, { pinnedAt: new Date() });
    const locked = await storePoint(12, { lockedUntil: new Date(Date.now() + DAY_MS) });
    const restored = await storePoint(13);
    const bad = await storePoint(14, { state: "failed", error: "rows differ" });
    const missing = await storePoint(15);
    await db().backup.update({ where: { id: missing.id }, data: { missingAt: new Date() } });
    const destination = { destination: "x", mode: "beside", state: "running", only: [], mask: false };
    await db().restore.create({
      data: {
        id: restored.id,
        backupId: restored.id,
        environment: "production",
        byId: people.owner.id,
        ...destination,
      },
    });
    const gone = await storePoint(16);
    expect(await prune()).toEqual({ kept: 7, removed: 1 });
    for (const point of [proven, pinned, locked, restored, bad, missing]) expect(isWhole(point)).toBe(true);
    expect(objectsOf(gone)).toEqual([]);
  });

  it("is decided by the rows alone: what others put into the target stays", async () => {
    for (const day of [0, 1, 2]) await storePoint(day);
    const stranger = join(root, service.name, "production", "database", "20200101T000000Z-deadbeef");
    mkdirSync(stranger, { recursive: true });
    writeFileSync(join(stranger, "manifest.json"), "{}");
    expect(await prune()).toEqual({ kept: 3, removed: 0 });
    expect(existsSync(join(stranger, "manifest.json"))).toBe(true);
  });
});

describe("when what is kept cannot be relied upon, nothing is removed", () => {
  /** The point that retention counts on as the last proven one, and an older proven one that it would remove. */
  async function storeProven() {
    for (const day of [0, 1, 2]) await storePoint(day, { state: "stored" });
    return { last: await storePoint(10), older: await storePoint(17) };
  }

  it.each(["manifest.json", ...PARTS])("the last proven one has lost its %s: it is marked as missing", async (name) => {
    const { last, older } = await storeProven();
    rmSync(join(root, last.key, name));
    const test = contextOf();
    expect(await backupsPrune.apply(INPUT, test.ctx)).toMatchObject({ removed: 0 });
    expect((await rowOf(last)).missingAt).not.toBeNull();
    expect(test.lines.join("\n")).toContain(last.key);
    // From then on the older one is the last that was proven.
    expect(await prune()).toMatchObject({ removed: 0 });
    expect(isWhole(older)).toBe(true);
  });

  it("the newest one is shorter than it was stored", async () => {
    const newest = await storePoint(0);
    for (const day of [1, 2, 9]) await storePoint(day);
    writeFileSync(join(root, newest.key, PARTS[0] ?? ""), "");
    expect(await prune()).toMatchObject({ removed: 0 });
    expect((await rowOf(newest)).missingAt).not.toBeNull();
  });

  it("the target does not answer: none is called missing for it, and the next run removes", async () => {
    const { last, older } = await storeProven();
    overrideConfig({ BACKUPS_ROOT: join(root, "not-mounted") });
    const test = contextOf();
    expect(await backupsPrune.apply(INPUT, test.ctx)).toMatchObject({ removed: 0 });
    expect(test.lines.join("\n")).toContain("could not be looked at");
    overrideConfig({ BACKUPS_ROOT: root });
    expect((await rowOf(last)).missingAt).toBeNull();
    expect(await prune()).toMatchObject({ removed: 1 });
    expect(isWhole(older)).toBe(false);
  });
});

describe("a worker that dies while it prunes", () => {
  it.each(Array.from({ length: 24 }, (_, call) => call))("at its call %i", async (deadly) => {
    const kept = [];
    for (const day of [0, 1, 2]) kept.push(await storePoint(day));
    const going = [await storePoint(7), await storePoint(8), await storePoint(9)];
    let calls = 0;
    const died = new Error("died");
    const first = contextOf({
      onCall: () => {
        if (calls++ === deadly) throw died;
      },
    });
    const outcome = await backupsPrune.apply(INPUT, first.ctx).then(
      () => "done",
      (error: unknown) => error,
    );
    // Nothing that is still called a backup has lost anything.
    for (const point of [...kept, ...going])
      if ((await rowOf(point)).removedAt === null) expect(objectsOf(point)).toHaveLength(3);
    if (outcome !== "done") {
      expect(outcome).toBe(died);
      await backupsPrune.apply(INPUT, first.next().ctx);
    }
    expect(kept.map(isWhole)).toEqual([true, true, true]);
    for (const point of going) {
      expect(objectsOf(point)).toEqual([]);
      expect((await rowOf(point)).removedAt).not.toBeNull();
    }
  });
});

it("a point pinned at the last moment stays whole", async () => {
  for (const day of [0, 1, 2]) await storePoint(day);
  const old = await storePoint(9);
  let writes = 0;
  const { ctx, lines } = contextOf({
    write: async (work) => {
      if (writes++ === 0) await db().backup.update({ where: { id: old.id }, data: { pinnedAt: new Date() } });
      return db().$transaction(work);
    },
  });
  expect(await backupsPrune.apply(INPUT, ctx)).toEqual({ kept: 4, removed: 0 });
  expect(objectsOf(old)).toHaveLength(3);
  expect((await rowOf(old)).removedAt).toBeNull();
  expect(lines.join("\n")).toContain("stays after all: It is pinned");
});

describe("one point that somebody asked to be removed", () => {
  it("goes, and is proven gone", async () => {
    const [old] = [await storePoint(3), await storePoint(0)];
    const { ctx } = contextOf();
    const input = { backupId: old?.id };
    expect(await backupsRemove.verify(input, ctx)).toMatchObject({ ok: false });
    await backupsRemove.apply(input, ctx);
    expect(objectsOf(old as { key: string })).toEqual([]);
    expect(await backupsRemove.verify(input, ctx)).toMatchObject({ ok: true });
    expect(await backupsRemove.apply(input, ctx)).toEqual({ key: old?.key });
  });

  it("stays when it has become the last one proven meanwhile", async () => {
    const point = await storePoint(3);
    await storePoint(0, { state: "stored" });
    await expect(backupsRemove.apply({ backupId: point.id }, contextOf().ctx)).rejects.toMatchObject({
      code: "backups.stays",
    });
    expect(objectsOf(point)).toHaveLength(3);
  });
});
