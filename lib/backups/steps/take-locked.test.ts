import { afterAll, beforeAll, expect, test } from "vitest";
import { inPieces, never } from "#lib/integrations/object-store/testing/contract.ts";
import { openRadosgw, type TestRadosgw } from "#lib/integrations/s3/testing/open-radosgw.ts";
import { db } from "#lib/platform/db/client.ts";
import { createTestContext, type TestContext } from "#lib/steps/testing/context.ts";
import { DEFAULT_RETENTION } from "../schema/retention.ts";
import { openTarget } from "../targets/open-target.ts";
import { watchGoodPoints } from "../testing/good-points.ts";
import { addBucket } from "../testing/targets.ts";
import { type BackupWorld, startBackupWorld } from "../testing.ts";
import { backupsPrune } from "./prune.ts";
import { backupsReconcile } from "./reconcile.ts";
import { backupsTake, type TakeBackupOutput } from "./take.ts";
import { backupsVerify } from "./verify.ts";

const DAY_MS = 86_400_000;
const KEEP_ONE = { ...DEFAULT_RETENTION, last: 1, daily: 0, weekly: 0, monthly: 0 };
let server: TestRadosgw;
let world: BackupWorld;
let targetId: string;

beforeAll(async () => {
  [server, world] = await Promise.all([openRadosgw(), startBackupWorld("mariadb")]);
  targetId = await addBucket(await server.openBucket({ objectLock: true }));
  // More than one part of an upload.
  await world.sql(`
    CREATE TABLE note (id INT PRIMARY KEY, body VARCHAR(700));
    INSERT INTO note SELECT seq, HEX(RANDOM_BYTES(300)) FROM seq_1_to_25000`);
  await world.setPolicy({ targetId, lockDays: 1 });
});
afterAll(async () => {
  await world?.close();
  await server?.close();
});

const rowOf = (id: string) => db().backup.findUniqueOrThrow({ where: { id } });
const take = async (t = world.context()) => (await backupsTake.apply(world.input, t.ctx)) as TakeBackupOutput;
const reconcile = () => backupsReconcile.apply({ targetId }, createTestContext({}).ctx);
const policy = { policy: "database" };

/** A try whose worker dies when its backup has a row, and nothing in the target. */
async function dieOnceBegun() {
  let [hasBegun, isDead] = [false, false];
  const dying: TestContext = world.context({
    onCall: (call) => {
      hasBegun ||= call === "write";
      isDead ||= hasBegun && call === "guard";
      if (isDead) throw new Error("the worker died");
    },
  });
  await expect(take(dying)).rejects.toThrow("the worker died");
  const died = await db().backup.findFirstOrThrow({ where: { stepId: dying.ctx.step.id } });
  return { dying, died };
}

/** Each object by itself: a locked manifest beside parts that anybody may delete would be no lock. */
async function expectLocked(folder: string): Promise<void> {
  const store = await openTarget(targetId);
  for (const name of await listObjects(folder))
    await expect(store.remove([`${folder}/${name}`], never()), name).rejects.toMatchObject({
      code: "object_store.locked",
    });
  await store.close();
}

async function listObjects(folder: string): Promise<string[]> {
  const store = await openTarget(targetId);
  const keys: string[] = [];
  for await (const { key } of store.list(folder, AbortSignal.timeout(60_000))) keys.push(key.slice(folder.length + 1));
  await store.close();
  return keys.sort();
}

test("a backup under Object Lock is taken, proven, refused to be removed by the server itself, and found whole", async () => {
  const old = await take();
  expect(old.sizeBytes).toBeGreaterThan(5 * 1024 ** 2);
  await backupsVerify.apply({ ...policy, which: { backupId: old.backupId } }, world.context().ctx);
  expect(await rowOf(old.backupId)).toMatchObject({ state: "verified", proven: "counts" });
  const objects = await listObjects(old.key);
  expect(objects).toContain("manifest.json");
  // The panel thinks that it may go: it is old, its lock has ended, and a newer one is proven.
  // This one goes up in parts, for now it is known how large they become.
  const newer = await take();
  for (const { key } of [old, newer]) await expectLocked(key);
  await db().backup.update({ where: { id: newer.backupId }, data: { state: "verified", proven: "counts" } });
  const past = (days: number) => new Date(Date.now() - days * DAY_MS);
  await db().backup.update({ where: { id: old.backupId }, data: { lockedUntil: past(1), startedAt: past(400) } });
  await db().backupPolicy.update({ where: { id: world.policyId }, data: { retention: KEEP_ONE } });
  const t = world.context();
  expect(await backupsPrune.apply(policy, t.ctx)).toEqual({ kept: 2, removed: 0 });
  expect(t.lines.join("\n")).toContain("stays after all: The target refuses: it is locked there.");
  expect(await rowOf(old.backupId)).toMatchObject({ removedAt: null });
  expect(await listObjects(old.key)).toEqual(objects);
  expect(await reconcile()).toMatchObject({ missing: 0, orphans: 0 });
  expect(await watchGoodPoints(world).findLies()).toEqual([]);
});

test("what a try that died left under lock does not keep the next ones from succeeding, nor an undo from ending", async () => {
  const { dying, died } = await dieOnceBegun();
  const store = await openTarget(targetId);
  // It had come as far as this.
  const put = { signal: never(), lockUntil: died.lockedUntil };
  await store.put(`${died.key}/database.sql.zst`, inPieces(Buffer.alloc(9_000), 5_000), put);
  await store.close();
  const second = dying.next();
  await expect(take(second)).rejects.toMatchObject({ code: "backups.left_locked", retry: "retry" });
  const third = second.next();
  const taken = await take(third);
  expect(taken.key).not.toBe(died.key);
  expect(await backupsTake.verify(world.input, third.ctx)).toMatchObject({ ok: true });
  expect(await rowOf(died.id)).toMatchObject({ state: "failed" });
  await db().backup.update({ where: { id: died.id }, data: { startedAt: new Date(Date.now() - 2 * DAY_MS) } });
  expect(await reconcile()).toMatchObject({ missing: 0, orphans: 1 });
  // What is left is nobody's: an undo has to do with what was taken alone.
  expect([...third.ledger.values()].map(({ providerId }) => providerId)).toEqual([taken.backupId]);
  const undone = third.next();
  await backupsTake.undo([...third.ledger.values()], world.input, undone.ctx);
  expect(undone.ledger.size).toBe(0);
  expect(undone.lines.join("\n")).toContain("stays: It is locked until");
});

test("a try that comes days after the first locks for as long as the policy says from then on", async () => {
  const { dying, died: row } = await dieOnceBegun();
  const second = dying.next();
  const lockedUntil = new Date(Date.now() - DAY_MS);
  await second.ctx.checkpoint.set({ ...second.ctx.checkpoint.get<object>(), lockedUntil: lockedUntil.toISOString() });
  await db().backup.update({ where: { id: row.id }, data: { lockedUntil } });
  const taken = await take(second);
  expect(taken.backupId).toBe(row.id);
  await expectLocked(taken.key);
  expect(Number((await rowOf(row.id)).lockedUntil)).toBeGreaterThan(Date.now());
});

test("one that the server does not let go is a backup still after its undo", async () => {
  const t = world.context();
  const taken = await take(t);
  // The panel thinks that nothing holds it, and has a newer one that is proven.
  const newer = await take();
  await db().backup.update({ where: { id: newer.backupId }, data: { state: "verified", proven: "counts" } });
  await db().backup.update({ where: { id: taken.backupId }, data: { lockedUntil: null } });
  const undone = t.next();
  await backupsTake.undo([...t.ledger.values()], world.input, undone.ctx);
  expect(undone.lines.join("\n")).toContain("What is left of the backup");
  expect(undone.ledger.size).toBe(0);
  expect(await rowOf(taken.backupId)).toMatchObject({ state: "stored", removedAt: null });
  await expectLocked(taken.key);
});

test("into a bucket without Object Lock no backup of a policy that asks for it is stored", async () => {
  const plain = await addBucket(await server.openBucket());
  await world.setPolicy({ targetId: plain });
  const t = world.context();
  await expect(take(t)).rejects.toMatchObject({
    code: "object_store.refused",
    retry: "needs_person",
    message: expect.stringContaining("Object Lock is not on for the bucket"),
  });
  const row = await db().backup.findFirstOrThrow({ where: { stepId: t.ctx.step.id } });
  expect(row).toMatchObject({ state: "failed", error: expect.stringContaining("Object Lock") });
  await world.setPolicy({ targetId });
});
