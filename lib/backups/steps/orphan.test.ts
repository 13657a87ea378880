import { randomBytes, randomUUID } from "node:crypto";
import { cpSync, mkdirSync, mkdtempSync, renameSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { createPeople } from "#lib/access/testing/people.ts";
import { useTestDatabase } from "#lib/access/testing/use-test-database.ts";
import type { ObjectStore } from "#lib/integrations/object-store/types.ts";
import { db, Prisma } from "#lib/platform/db/client.ts";
import { createTestContext } from "#lib/steps/testing/context.ts";
import { createServiceRow } from "#workers/testing/backup-rows.ts";
import { manifestKey } from "../dump/paths.ts";
import { openTarget } from "../targets/open-target.ts";
import { putObject, storePoint } from "../testing/stored-points.ts";
import { addTarget } from "../testing/targets.ts";
import { backupsOrphan } from "./orphan.ts";
import { backupsReconcile } from "./reconcile.ts";

useTestDatabase("orphans");
const signal = () => new AbortController().signal;
const DAYS_AGO = new Date(Date.now() - 3 * 86_400_000);
let service: { id: string; name: string };
let root: string;

beforeEach(async () => {
  service = await createServiceRow((await createPeople()).owner.id);
  root = mkdtempSync(join(tmpdir(), "seaworthy-orphans-"));
  return () => rmSync(root, { recursive: true, force: true });
});

function addFolder(folder: string): Promise<string> {
  mkdirSync(folder, { recursive: true });
  return addTarget("disk", { config: { kind: "disk", folder }, secret: null });
}

async function findUnknown(targetId: string) {
  await backupsReconcile.apply({ targetId }, createTestContext({}).ctx);
  return db().backupOrphan.findMany({ where: { targetId } });
}
const remove = (orphan: { id: string; key: string }) =>
  backupsOrphan.apply({ orphanId: orphan.id, key: orphan.key, act: "remove" }, createTestContext({}).ctx);

/** As a list that was made by an earlier version says. */
async function removeListed(targetId: string, key: string) {
  const row = { targetId, key, sizeBytes: 1n, modifiedAt: new Date(), adoptable: false };
  return remove(await db().backupOrphan.create({ data: { id: randomUUID(), ...row } }));
}
const isWhole = async (store: ObjectStore, { key, part }: Awaited<ReturnType<typeof storePoint>>) =>
  (await store.size(part.key, signal())) !== null && (await store.size(manifestKey(key), signal())) !== null;

/** Where the second target is, of a first one in `first`, and the folder that it sees instead of the first one's point. */
const PLACES = [
  { where: "in the same folder", first: "", second: () => "", seen: (key: string) => key },
  {
    where: "around the first",
    first: "first",
    second: () => "",
    seen: (key: string) => `first/${key.split("/").slice(0, 3).join("/")}`,
  },
  {
    where: "inside the first",
    first: "",
    second: () => service.name,
    seen: (key: string) => key.split("/").slice(1).join("/"),
  },
];

describe.each(PLACES)("a second target $where", ({ first, second, seen }) => {
  it("calls none of the first one's backups unknown, and removes none", async () => {
    const targetId = await addFolder(join(root, first));
    const store = await openTarget(targetId);
    const point = await storePoint(targetId, store, service);
    const otherId = await addFolder(join(root, second()));
    expect(await findUnknown(otherId)).toEqual([]);
    await expect(removeListed(otherId, seen(point.key))).rejects.toMatchObject({
      code: "backups.orphan_known",
      message: expect.stringContaining(point.key),
    });
    expect(await isWhole(store, point)).toBe(true);
  });

  it("leaves one alone that is being taken and has no manifest yet", async () => {
    const targetId = await addFolder(join(root, first));
    const store = await openTarget(targetId);
    const { id, key, part } = await storePoint(targetId, store, service);
    await store.remove([manifestKey(key)], signal());
    await db().backup.update({ where: { id }, data: { state: "running", manifest: Prisma.DbNull } });
    const otherId = await addFolder(join(root, second()));
    expect(await findUnknown(otherId)).toEqual([]);
    await expect(removeListed(otherId, seen(key))).rejects.toMatchObject({ code: "backups.orphan_known" });
    expect(await store.size(part.key, signal())).not.toBeNull();
  });

  it("leaves single files of before alone", async () => {
    const targetId = await addFolder(join(root, first));
    const store = await openTarget(targetId);
    const key = `${service.name}/production/database/20250101T020000Z.sql.gz`;
    await putObject(store, key, randomBytes(50));
    const names = { environment: "production", policy: "database", engine: "mariadb", serviceId: service.id };
    await db().backup.create({ data: { id: randomUUID(), key, targetId, ...names, state: "verified" } });
    const otherId = await addFolder(join(root, second()));
    expect(await findUnknown(otherId)).toEqual([]);
    const folder = key.slice(0, key.lastIndexOf("/"));
    await expect(removeListed(otherId, seen(folder))).rejects.toMatchObject({ code: "backups.orphan_known" });
    expect(await store.size(key, signal())).toBe(50);
  });
});

describe("a folder that somebody copied", () => {
  it("goes while the backup itself is in its own, and that stays", async () => {
    const targetId = await addFolder(root);
    const store = await openTarget(targetId);
    const point = await storePoint(targetId, store, service);
    cpSync(join(root, point.key), join(root, service.name, "by-hand"), { recursive: true });
    const [orphan] = await findUnknown(targetId);
    expect(orphan).toMatchObject({ key: `${service.name}/by-hand`, adoptable: false });
    if (orphan) await remove(orphan);
    expect(await store.size(`${service.name}/by-hand/manifest.json`, signal())).toBeNull();
    expect(await isWhole(store, point)).toBe(true);
  });
});

describe("a folder that somebody renamed", () => {
  it("stays while its manifest names a backup that is kept, and goes once that is removed", async () => {
    const targetId = await addFolder(root);
    const store = await openTarget(targetId);
    const { id, key } = await storePoint(targetId, store, service);
    renameSync(join(root, key), join(root, service.name, "by-hand"));
    const [orphan] = await findUnknown(targetId);
    expect(orphan).toMatchObject({ key: `${service.name}/by-hand`, adoptable: false });
    if (!orphan) return;
    await expect(remove(orphan)).rejects.toMatchObject({ code: "backups.orphan_known" });
    expect(await store.size(manifestKey(orphan.key), signal())).not.toBeNull();
    await db().backup.update({ where: { id }, data: { removedAt: DAYS_AGO } });
    await remove(orphan);
    expect(await store.size(manifestKey(orphan.key), signal())).toBeNull();
  });
});
