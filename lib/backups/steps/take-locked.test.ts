import { afterAll, beforeAll, expect, test } from "vitest";
import { inPieces, never } from "#lib/integrations/object-store/testing/contract.ts";
import { openRadosgw, type TestRadosgw } from "#lib/integrations/s3/testing/open-radosgw.ts";
import { db } from "#lib/platform/db/client.ts";
import { createTestContext } from "#lib/steps/testing/context.ts";
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
  let [hasBegun, isDead] = [false, false];
  const dying = world.context({
    onCall: (call) => {
      hasBegun ||= call === "write";
      isDead ||= hasBegun && call === "guard";
      if (isDead) throw new Error("the worker died");
    },
  });
  await expect(take(dying)).rejects.toThrow("the worker died");
  const died = await db().backup.findFirstOrThrow({ where: { stepId: dying.ctx.step.id } });
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
  const undone = third.next();
  await backupsTake.undo([...third.ledger.values()], world.input, undone.ctx);
  expect(undone.ledger.size).toBe(0);
  expect(undone.lines.join("\n")).toMatch(/stays: .*under Object Lock/);
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
