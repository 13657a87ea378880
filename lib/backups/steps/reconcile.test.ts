import { randomBytes, randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { ObjectStore } from "#lib/integrations/object-store/types.ts";
import { db, Prisma } from "#lib/platform/db/client.ts";
import { createTestContext } from "#lib/steps/testing/context.ts";
import { applyTestEnv, createTestDatabase, type TestDatabase } from "#local/test-world.ts";
import { TARGET_KINDS } from "../constants.ts";
import { manifestKey } from "../dump/paths.ts";
import { openTarget } from "../targets/open-target.ts";
import { putObject, storePoint } from "../testing/stored-points.ts";
import { addTarget } from "../testing/targets.ts";
import { createServiceRow } from "../testing.ts";
import { backupsOrphan } from "./orphan.ts";
import { backupsReconcile } from "./reconcile.ts";

let panel: TestDatabase;
beforeAll(async () => {
  applyTestEnv();
  panel = await createTestDatabase("targets");
  applyTestEnv({ DATABASE_URL: panel.url });
});
afterAll(() => panel?.drop());

const signal = () => new AbortController().signal;
const check = (targetId: string) => backupsReconcile.apply({ targetId }, createTestContext({}).ctx);
const settle = (orphan: { id: string; key: string }, act: "remove" | "adopt") =>
  backupsOrphan.apply({ orphanId: orphan.id, key: orphan.key, act }, createTestContext({}).ctx);
const orphansOf = (targetId: string) => db().backupOrphan.findMany({ where: { targetId }, orderBy: { key: "asc" } });
const targetOf = (id: string) => db().backupTarget.findUniqueOrThrow({ where: { id } });
const missingOf = async (id: string) => (await db().backup.findUniqueOrThrow({ where: { id } })).missingAt;

describe.each(TARGET_KINDS)("a target of the kind %s", (kind) => {
  let targetId: string;
  let store: ObjectStore;
  let service: { id: string; name: string };
  beforeAll(async () => {
    targetId = await addTarget(kind);
    store = await openTarget(targetId);
    service = await createServiceRow(`t-${randomUUID().slice(0, 8)}`);
  });
  afterAll(() => store?.close());

  test("is tried for real, and what is missing is marked until it is there again", async () => {
    const [whole, gone, short] = [
      await storePoint(targetId, store, service),
      await storePoint(targetId, store, service),
      await storePoint(targetId, store, service),
    ];
    await store.remove([gone.part.key, short.part.key], signal());
    await putObject(store, short.part.key, Buffer.from("less"));
    expect(await check(targetId)).toMatchObject({ missing: 2, orphans: 0 });
    expect(await missingOf(whole.id)).toBeNull();
    for (const { id } of [gone, short]) expect(await missingOf(id)).not.toBeNull();
    const told = () => db().run.count({ where: { serviceId: service.id, startKey: { startsWith: "backup-gone:" } } });
    expect(await told()).toBe(1);
    expect(await check(targetId)).toMatchObject({ missing: 2 });
    expect(await told()).toBe(1);
    await putObject(store, gone.part.key, Buffer.alloc(gone.part.sizeBytes));
    await store.remove([short.part.key], signal());
    await putObject(store, short.part.key, Buffer.alloc(short.part.sizeBytes));
    expect(await check(targetId)).toMatchObject({ missing: 0 });
    for (const { id } of [gone, short]) expect(await missingOf(id)).toBeNull();
    expect(await db().backupTarget.findUnique({ where: { id: targetId } })).toMatchObject({ state: "ok", error: null });
  });

  test("shows what nobody knows; a whole backup is taken up, the rest is removed, and nothing else is touched", async () => {
    const known = await storePoint(targetId, store, service);
    const whole = await storePoint(targetId, store, service, true);
    const half = await storePoint(targetId, store, service, true);
    await store.remove([half.part.key], signal());
    await putObject(store, `${service.name}/notes.txt`, Buffer.from("by hand"));
    await check(targetId);
    const orphans = await orphansOf(targetId);
    expect(orphans.map(({ key, adoptable }) => [key, adoptable])).toEqual(
      [
        [whole.key, true],
        [half.key, false],
        [service.name, false],
      ].sort(([a], [b]) => String(a).localeCompare(String(b))),
    );
    const of = (key: string) => orphans.find((orphan) => orphan.key === key) ?? { id: "", key: "" };
    await expect(settle(of(half.key), "adopt")).rejects.toMatchObject({ code: "backups.not_adoptable" });
    await settle(of(whole.key), "adopt");
    expect(await db().backup.findUnique({ where: { id: whole.id } })).toMatchObject({
      ...{ key: whole.key, state: "stored", serviceId: service.id, proven: null },
      sizeBytes: BigInt(whole.part.sizeBytes),
    });
    for (const key of [half.key, service.name]) await settle(of(key), "remove");
    expect(await orphansOf(targetId)).toEqual([]);
    expect(await store.size(`${service.name}/notes.txt`, signal())).toBeNull();
    for (const { part, key } of [known, whole]) {
      expect(await store.size(part.key, signal())).toBe(part.sizeBytes);
      expect(await store.size(manifestKey(key), signal())).not.toBeNull();
    }
    expect(await check(targetId)).toMatchObject({ missing: 0, orphans: 0 });
  });

  test("knows backups of before, which are single files: there, nobody's orphans, and never removed as such", async () => {
    const old = await createServiceRow(`t-${randomUUID().slice(0, 8)}`);
    const folder = `${old.name}/production`;
    const key = `${folder}/20250101T020000Z.sql.gz`;
    await putObject(store, key, randomBytes(50));
    const id = randomUUID();
    const names = { environment: "production", policy: "database", engine: "mariadb" };
    await db().backup.create({
      data: { ...{ id, key, targetId, ...names }, serviceId: old.id, state: "verified", finishedAt: new Date(0) },
    });
    await check(targetId);
    expect(await missingOf(id)).toBeNull();
    expect((await orphansOf(targetId)).map((orphan) => orphan.key)).not.toContain(folder);
    // As a list of before this was looked at may say.
    const orphan = { id: randomUUID(), key: folder };
    await db().backupOrphan.create({
      data: { ...orphan, targetId, sizeBytes: 50, modifiedAt: new Date(0), adoptable: false },
    });
    await expect(settle(orphan, "remove")).rejects.toMatchObject({ code: "backups.orphan_known" });
    expect(await store.size(key, signal())).toBe(50);
    await store.remove([key], signal());
    await check(targetId);
    expect(await missingOf(id)).not.toBeNull();
    await db().backup.delete({ where: { id } });
  });

  test("removing never touches what a backup names, whatever the list of unknown things says", async () => {
    const known = await storePoint(targetId, store, service);
    const orphan = { id: randomUUID(), targetId, key: known.key };
    await db().backupOrphan.create({
      data: { ...orphan, sizeBytes: 1n, modifiedAt: new Date(), adoptable: false },
    });
    await expect(settle(orphan, "remove")).rejects.toMatchObject({ code: "backups.orphan_known" });
    await expect(settle(orphan, "adopt")).rejects.toMatchObject({ code: "backups.orphan_known" });
    expect(await store.size(known.part.key, signal())).toBe(known.part.sizeBytes);
    await check(targetId);
    expect(await orphansOf(targetId)).toEqual([]);
  });
});

describe("what a failed backup left", () => {
  let targetId: string;
  let store: ObjectStore;
  let service: { id: string; name: string };
  beforeAll(async () => {
    targetId = await addTarget("disk");
    store = await openTarget(targetId);
    service = await createServiceRow(`t-${randomUUID().slice(0, 8)}`);
  });
  afterAll(() => store?.close());

  async function leave(values: Prisma.BackupUncheckedUpdateInput) {
    const point = await storePoint(targetId, store, service);
    const failed = { state: "failed", manifest: Prisma.DbNull, startedAt: new Date() };
    await db().backup.update({ where: { id: point.id }, data: { ...failed, ...values } });
    return point;
  }

  test("is nobody's after a day, and can be removed but not taken up", async () => {
    const { id, key, part } = await leave({});
    await store.remove([manifestKey(key)], signal());
    await check(targetId);
    expect(await orphansOf(targetId)).toEqual([]);
    await db().backup.update({ where: { id }, data: { startedAt: new Date(Date.now() - 2 * 86_400_000) } });
    await check(targetId);
    const [orphan] = await orphansOf(targetId);
    expect(orphan).toMatchObject({ key, adoptable: false });
    await settle(orphan ?? { id: "", key: "" }, "remove");
    expect(await store.size(part.key, signal())).toBeNull();
  });

  test("is removed at once where it looks like a backup, unless the next try will find it", async () => {
    const { id: runId } = await db().run.create({
      data: {
        ...{ mode: "apply", checklistKey: "backup", checklistVersion: 1, title: "Backup", state: "running" },
        startKey: "left",
      },
    });
    const { id: stepId } = await db().step.create({
      data: {
        ...{ runId, key: "take", position: 0, name: "backups.take", title: "Take", queue: "backups", input: {} },
        state: "ready",
      },
    });
    const mine = await leave({ stepId });
    const bad = await leave({ manifest: {} });
    const stays = async ({ key, part }: typeof mine) =>
      (await store.size(manifestKey(key), signal())) !== null && (await store.size(part.key, signal())) !== null;
    await check(targetId);
    expect(await stays(mine)).toBe(true);
    await db().step.update({ where: { id: stepId }, data: { state: "failed" } });
    await check(targetId);
    for (const key of [manifestKey(mine.key), mine.part.key]) expect(await store.size(key, signal())).toBeNull();
    // Found bad long after it was taken: somebody may still want to look at it.
    expect(await stays(bad)).toBe(true);
    expect(await orphansOf(targetId)).toEqual([]);
  });
});

describe("a target that is changed while it is looked through", () => {
  test("keeps nothing of what was seen where it was before", async () => {
    const targetId = await addTarget("disk");
    const store = await openTarget(targetId);
    const service = await createServiceRow(`t-${randomUUID().slice(0, 8)}`);
    const gone = await storePoint(targetId, store, service);
    await store.remove([gone.part.key], signal());
    await storePoint(targetId, store, service, true);
    const config = { kind: "disk", folder: "/nowhere/at/all" };
    let isChanged = false;
    const { ctx, lines } = createTestContext({
      write: async (work) => {
        if (!isChanged)
          await db().backupTarget.update({ where: { id: targetId }, data: { config, version: { increment: 1 } } });
        isChanged = true;
        return db().$transaction(work);
      },
    });
    await backupsReconcile.apply({ targetId }, ctx);
    expect(await db().backupTarget.findUnique({ where: { id: targetId } })).toMatchObject({
      ...{ state: "unchecked", checkedAt: null, error: null },
    });
    expect(await missingOf(gone.id)).toBeNull();
    expect(await orphansOf(targetId)).toEqual([]);
    expect(lines.join("\n")).toContain("was changed meanwhile");
  });
});

describe("a target that does not answer", () => {
  test("is failing, in words, and no point is called missing for it", async () => {
    const targetId = await addTarget("disk");
    const store = await openTarget(targetId);
    const service = await createServiceRow(`t-${randomUUID().slice(0, 8)}`);
    const { id } = await storePoint(targetId, store, service);
    const works = (await targetOf(targetId)).config ?? {};
    const config = { kind: "disk", folder: "/nowhere/at/all" };
    await db().backupTarget.update({ where: { id: targetId }, data: { config } });
    await expect(check(targetId)).rejects.toMatchObject({ code: "object_store.unreachable" });
    expect(await db().backupTarget.findUnique({ where: { id: targetId } })).toMatchObject({
      state: "failing",
      error: expect.stringContaining("mounted"),
      checkedAt: expect.any(Date),
    });
    expect(await missingOf(id)).toBeNull();
    const since = (await targetOf(targetId)).failingSince;
    expect(since).not.toBeNull();
    await expect(check(targetId)).rejects.toThrow();
    expect((await targetOf(targetId)).failingSince).toEqual(since);
    await db().backupTarget.update({ where: { id: targetId }, data: { config: works } });
    await check(targetId);
    expect((await targetOf(targetId)).failingSince).toBeNull();
  });
});
