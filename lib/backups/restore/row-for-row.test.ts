import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { db } from "#lib/platform/db/client.ts";
import { sqlKinds } from "#local/test-world.ts";
import { backupsRestore } from "../steps/restore.ts";
import { backupsSwap } from "../steps/swap.ts";
import { destroyEverything, fillDatabase, readEverything } from "../testing/sample-data.ts";
import { addTarget } from "../testing/targets.ts";
import { type BackupWorld, startBackupWorld } from "../testing.ts";
import { askRestore, takePoint } from "./testing.ts";

const TARGETS = ["disk", "s3", "ssh"] as const;
// Where a dump lies is the same to MySQL as to MariaDB.
const DATABASES = sqlKinds.map((kind) => [kind, kind === "mysql" ? (["disk"] as const) : TARGETS] as const);

describe.each(DATABASES)("a %s database", (kind, targets) => {
  let world: BackupWorld;
  beforeAll(async () => {
    world = await startBackupWorld(kind);
  }, 180_000);
  afterAll(async () => {
    await world?.close();
  }, 120_000);

  it.each(targets)(
    "that was destroyed comes back from %s, row for row",
    async (target) => {
      const targetId = await addTarget(target);
      await world.setPolicy({ targetId });
      await destroyEverything(world, kind);
      await fillDatabase(world, kind);
      const before = await readEverything(world, kind);
      expect(before.rows).toBeGreaterThan(1_000);

      const backupId = await takePoint(world);
      expect(await db().backup.findUniqueOrThrow({ where: { id: backupId } })).toMatchObject({ targetId });
      await destroyEverything(world, kind);
      expect((await readEverything(world, kind)).rows).toBe(0);

      const asked = await askRestore(world, backupId, { mode: "swap" });
      await backupsRestore.apply(asked.input, asked.context().ctx);
      expect((await readEverything(world, kind)).rows, "the living one is not touched yet").toBe(0);
      // An event runs only where its database lives.
      const beside = await readEverything(world, kind, asked.destination);
      const asleep = /^(event .*)(SLAVESIDE|REPLICA_SIDE)_DISABLED$/;
      expect({ ...beside, objects: beside.objects.map((one) => one.replace(asleep, "$1ENABLED")) }).toEqual(before);

      await backupsSwap.apply(asked.input, asked.context().ctx);
      expect(await readEverything(world, kind)).toEqual(before);
      const row = await db().restore.findUniqueOrThrow({ where: { id: asked.restoreId } });
      expect(row).toMatchObject({ state: "swapped", previous: expect.stringMatching(/^notes_before_/) });
    },
    240_000,
  );
});
