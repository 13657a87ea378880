import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { hasMongodb } from "#local/test-world.ts";
import { askRestore } from "./restore/testing.ts";
import { backupsRestore } from "./steps/restore.ts";
import { backupsSwap } from "./steps/swap.ts";
import { readMongodb } from "./testing/mongodb.ts";
import { readPoint, takePoint, verifyPoint } from "./testing/proofs.ts";
import { type BackupWorld, startBackupWorld } from "./testing.ts";

/** The server is a stand-in (`local/mongodb/`) that deletes what has expired before each command, not once a minute. */
describe.skipIf(!hasMongodb)("sessions that have expired since they were backed up", () => {
  let world: BackupWorld;
  let backupId: string;
  const expire = (on: boolean) => world.sql(`db.adminCommand({ setParameter: 1, ttlMonitorEnabled: ${on} })`);
  const documents = async (database?: string) =>
    (await readMongodb(world.containerId, world.login, database))
      .filter((line) => line.includes(" document "))
      .map((line) => line.split(" ", 1)[0]);

  beforeAll(async () => {
    world = await startBackupWorld("mongodb");
    await expire(false);
    await world.sql(`
      for (const name of ["mixed", "over"]) {
        db.getCollection(name).createIndex({ at: 1 }, { expireAfterSeconds: 60 });
        db.getCollection(name).insertMany([{ _id: 1, at: new Date(0) }, { _id: 2, at: new Date(0) }]);
      }
      db.mixed.insertOne({ _id: 3, at: new Date(Date.now() + 86400000) });
      db.kept.insertOne({ _id: 1, at: new Date(0) });`);
    backupId = await takePoint(world);
    await expire(true);
    expect(await documents()).toEqual(["kept", "mixed"]);
  });
  afterAll(() => world?.close());

  test("are all there in the proof, whose server deletes nothing", async () => {
    expect(await verifyPoint(world, backupId)).toMatchObject({ proven: "counts" });
    const { report } = (await readPoint(backupId)).verifications.at(-1) ?? {};
    expect(report).toMatchObject({ rows: 6, told: [] });
  });

  test("may be gone from a living server, beside and in its place", async () => {
    const asked = await askRestore(world, backupId);
    const test = asked.context();
    await backupsRestore.apply(asked.input, test.ctx);
    expect(test.lines.join("\n")).not.toContain("not judged");
    expect(await documents(asked.destination)).toEqual(["kept", "mixed"]);
    await backupsSwap.apply(asked.input, asked.context().ctx);
    expect(await documents()).toEqual(["kept", "mixed"]);
  });
});
