import { afterAll, beforeAll, expect, test } from "vitest";
import { db } from "#lib/platform/db/client.ts";
import { manifestSchema } from "../schema/manifest.ts";
import { backupsRestore } from "../steps/restore.ts";
import { backupsSwap } from "../steps/swap.ts";
import { readPoint, verifyPoint } from "../testing/proofs.ts";
import { type BackupWorld, startBackupWorld } from "../testing.ts";
import { askRestore, takePoint } from "./testing.ts";

let world: BackupWorld;
beforeAll(async () => {
  world = await startBackupWorld("mariadb");
  await world.sql(`
    CREATE TABLE plain (id INT PRIMARY KEY);
    INSERT INTO plain VALUES (1);
    CREATE TABLE price (id INT PRIMARY KEY, euros INT) WITH SYSTEM VERSIONING;
    INSERT INTO price VALUES (1, 10), (2, 20);
    UPDATE price SET euros = 11 WHERE id = 1;
    DELETE FROM price WHERE id = 2;
  `);
});
afterAll(() => world?.close());

const ALL = "1:10,1:11,2:20";
const look = (database: string) =>
  world.sql(
    `SELECT GROUP_CONCAT(CONCAT(id, ':', euros) ORDER BY id, euros) FROM \`${database}\`.price FOR SYSTEM_TIME ALL`,
  );
const readManifest = async (backupId: string) => manifestSchema.parse((await readPoint(backupId)).manifest);

test("system-versioned tables keep their history in a backup, a restore and a swap, and are compared with it", async () => {
  const backupId = await takePoint(world);
  const { counts, checksums } = await readManifest(backupId);
  expect(Object.keys(counts)).toEqual(["`plain`"]);
  expect(Object.keys(checksums)).toEqual(["`plain`", "`price`"]);
  expect(await verifyPoint(world, backupId)).toMatchObject({ proven: "counts", stopped: null });

  const { restoreId, destination, input, context } = await askRestore(world, backupId);
  await backupsRestore.apply(input, context().ctx);
  expect(await look(destination)).toBe(ALL);
  await world.sql("DELETE FROM price");
  await backupsSwap.apply(input, context().ctx);
  expect(await look("notes")).toBe(ALL);
  const { previous } = await db().restore.findUniqueOrThrow({ where: { id: restoreId } });
  expect(await look(previous ?? "")).toBe(ALL);
});

test("where one cannot be dumped with its history, the backup is taken without, and its run says so", async () => {
  await world.sql(`
    CREATE TABLE ledger (id INT PRIMARY KEY, since BIGINT UNSIGNED GENERATED ALWAYS AS ROW START,
      till BIGINT UNSIGNED GENERATED ALWAYS AS ROW END, PERIOD FOR SYSTEM_TIME (since, till)) WITH SYSTEM VERSIONING;
    INSERT INTO ledger (id) VALUES (1);
  `);
  const t = world.context();
  const backupId = await takePoint(world, t);
  expect(t.lines.join("\n")).toMatch(/without their history/);
  expect(Object.keys((await readManifest(backupId)).checksums)).toEqual(["`plain`"]);
  expect(await verifyPoint(world, backupId)).toMatchObject({ proven: "counts", stopped: null });
});
