import { execFileSync } from "node:child_process";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { config } from "#lib/platform/config/config.ts";
import { hasMongodb } from "#local/test-world.ts";
import { countPlain } from "./dump/count-plain.ts";
import { runToEnd } from "./dump/place.ts";
import { mongodb } from "./engines/mongodb.ts";
import { askRestore } from "./restore/testing.ts";
import { openPlace } from "./sources/open-place.ts";
import { backupsRestore } from "./steps/restore.ts";
import { backupsTake } from "./steps/take.ts";
import { commandsOf, paste, readManifestOf } from "./testing/by-hand.ts";
import { fillMongodb, readMongodb } from "./testing/mongodb.ts";
import { listLeft, readPoint, takePoint, verifyPoint } from "./testing/proofs.ts";
import { type BackupWorld, startBackupWorld } from "./testing.ts";

/** The server and its tools are stand-ins (`local/mongodb/`); mongosh is the real one. */
describe.skipIf(!hasMongodb)("all databases of a replica set without a password", () => {
  let world: BackupWorld;
  const read = (database: string, containerId = world.containerId) => readMongodb(containerId, world.login, database);
  const commands = async (backupId: string) => commandsOf(world, (await readPoint(backupId)).key);

  beforeAll(async () => {
    world = await startBackupWorld("mongodb-set");
    await fillMongodb(world);
  });
  afterAll(() => world?.close());

  test("are of one moment with what was written meanwhile, in the proof and in a server of their own", async () => {
    const writing = world.sql(`
      for (let n = 1; db.getSiblingDB("other").stop.countDocuments({}) === 0; n += 5)
        { db.getSiblingDB("other").log.insertMany([0, 1, 2, 3, 4].map((more) => ({ _id: n + more }))); sleep(5); }`);
    await expect.poll(async () => (await read("other")).length).toBeGreaterThan(20);
    const t = world.context();
    const { backupId, key } = (await backupsTake.apply(world.input, t.ctx)) as { backupId: string; key: string };
    await world.sql('db.getSiblingDB("other").stop.insertOne({})');
    await writing;
    expect(t.lines.join("\n")).toMatch(/dumped \d\d+ oplog entries/);
    const { oplog, counts } = readManifestOf(world, key);
    const [low, high] = counts["other.log"] ?? [0, 0];
    expect(oplog).toBe(true);
    expect(high).toBeGreaterThan(low);
    expect(await verifyPoint(world, backupId)).toMatchObject({ proven: "counts" });

    const expectOneMoment = (restored: string[]) => {
      const lines = restored.filter((line) => line.includes("log document"));
      const numbers = lines.map((line) => Number(/\{"_id":\{"\$numberInt":"(\d+)"\}\}/.exec(line)?.[1]));
      // Nothing that was written before what was written last is missing.
      expect(numbers.sort((one, other) => one - other)).toEqual(numbers.map((_, at) => at + 1));
      expect(numbers.length).toBeGreaterThan(low);
      expect(numbers.length).toBeLessThanOrEqual(high);
    };
    const asked = await askRestore(world, backupId, { database: "other" });
    const restoring = asked.context();
    await backupsRestore.apply(asked.input, restoring.ctx);
    expectOneMoment(await read(asked.destination));
    expect(await listLeft(restoring)).toEqual([]);
    await backupsRestore.undo([...restoring.ledger.values()], asked.input, restoring.next().ctx);
    expect(await read(asked.destination)).toEqual([]);

    try {
      paste(await commands(backupId));
      expect(await read("notes", "seaworthy-restored")).toEqual(await read("notes"));
      expectOneMoment(await read("other", "seaworthy-restored"));
    } finally {
      const env = { ...process.env, DOCKER_HOST: config().DOCKER_HOST };
      execFileSync("docker", ["rm", "--force", "--volumes", "seaworthy-restored"], { env, stdio: "pipe" });
    }
  });

  test("of another node are read by a helper, which stays with the member it was given", async () => {
    const t = world.context();
    const place = await openPlace(world.source, t.ctx, { always: "helper" });
    const login = { ...world.login, host: place.host ?? "" };
    const signal = AbortSignal.timeout(60_000);
    const counted = await countPlain(place.run, mongodb.count(login), signal);
    expect(counted).toMatchObject({ "notes.people": [1200, 1200] });
    const argv = mongodb.dumpArgv(login, { oplog: false });
    const dumped = await runToEnd(place.run, { argv, env: mongodb.env(login) }, signal);
    expect(dumped).toMatchObject({ exitCode: 0, stderr: expect.stringContaining("done dumping `notes.people`") });
    await place.close();
  });

  test("come back beside the living ones when they were taken without that", async () => {
    const { kind: _, ...source } = world.source;
    await world.setPolicy({ source: { ...source, oplog: false } });
    const backupId = await takePoint(world);
    paste(await commands(backupId));
    for (const name of ["notes", "other"]) expect(await read(`${name}_restored`)).toEqual(await read(name));
  });

  test("do not take the place of the living ones, for nobody knows whose app writes to them", async () => {
    const refused = { fields: { mode: expect.stringContaining("itself what its stack runs") } };
    const swap = { database: "notes", mode: "swap" } as const;
    await expect(askRestore(world, await takePoint(world), swap)).rejects.toMatchObject(refused);
  });

  test("are not of the name given, which to MongoDB is an empty database: that is said", async () => {
    const { kind: _, ...source } = world.source;
    await world.setPolicy({ source: { ...source, databaseName: "notse", oplog: true } });
    const t = world.context();
    await backupsTake.apply(world.input, t.ctx);
    expect(t.lines.join("\n")).toContain("no collection in notse. Is that its name?");
  });
});
