import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { runExec } from "#lib/integrations/docker/exec.ts";
import { db } from "#lib/platform/db/client.ts";
import { storeSecret } from "#lib/secrets/commands.ts";
import { hasMongodb } from "#local/test-world.ts";
import { OWN_DISK_TARGET } from "./constants.ts";
import { tamper } from "./prove/testing.ts";
import type { Manifest } from "./schema/manifest.ts";
import { commandsOf, paste, readManifestOf } from "./testing/by-hand.ts";
import { destroyMongodb, fillMongodb, readMongodb } from "./testing/mongodb.ts";
import { readPoint, takePoint, verifyPoint } from "./testing/proofs.ts";
import { addTarget } from "./testing/targets.ts";
import { type BackupWorld, startBackupWorld } from "./testing.ts";

/** The server and its tools are stand-ins (`local/mongodb/`); mongosh is the real one. */
describe.skipIf(!hasMongodb)("one database of a MongoDB with a password", () => {
  let world: BackupWorld;
  let good: string;
  let before: string[];
  const read = (database?: string) => readMongodb(world.containerId, world.login, database);
  const run = (script: string) =>
    runExec(world.containerId, { argv: ["sh", "-c", script] }, AbortSignal.timeout(30_000));

  beforeAll(async () => {
    world = await startBackupWorld("mongodb");
    await fillMongodb(world);
    before = await read();
    good = await takePoint(world);
  });
  afterAll(() => world?.close());

  test("is proven by restoring it, with what is older than its validator", async () => {
    expect(await verifyPoint(world, good)).toMatchObject({ proven: "counts", stopped: null });
    const { counts, counting, oplog } = readManifestOf(world, (await readPoint(good)).key);
    expect({ counting, oplog }).toEqual({ counting: "range", oplog: undefined });
    expect(counts).toEqual({
      "notes.people": [1200, 1200],
      "notes.kinds": [2, 2],
      "notes.empty": [0, 0],
      "notes.capped": [0, 0],
      "notes.odd 'name.with ü": [1, 1],
      "notes.strict": [2, 2],
    });
  });

  test("is read without a trace beside it", async () => {
    expect((await run("find / -xdev -name .mongodb; ls /tmp /dev/shm /data/db")).stdout).not.toMatch(
      /\.mongodb|seaworthy/,
    );
  });

  test("is stored on another machine, and proven from there", async () => {
    await world.setPolicy({ targetId: await addTarget("ssh"), compression: "gzip" });
    expect(await verifyPoint(world, await takePoint(world))).toMatchObject({ proven: "counts" });
    await world.setPolicy({ targetId: OWN_DISK_TARGET });
  });

  test("with another password is refused in MongoDB's words, and for good", async () => {
    await storeSecret(db(), { name: "another", value: "wrong", serviceId: world.service.id });
    const { kind: _, ...source } = world.source;
    await world.setPolicy({ source: { ...source, passwordSecret: "another" } });
    const refused = { retry: "permanent", detail: expect.stringContaining("Authentication failed") };
    await expect(takePoint(world)).rejects.toMatchObject(refused);
    await world.setPolicy({ source });
  });

  test("whose dump is killed half-way is no backup", async () => {
    const killed = [
      "#!/bin/sh",
      "mkfifo /tmp/dumped",
      'mongodump.whole "$@" >/tmp/dumped &',
      "exec 3</tmp/dumped",
      "head -c 65536 <&3",
      "kill -9 $!; wait $!; code=$?",
      "rm /tmp/dumped; exit $code",
    ].join("\n");
    await run(
      `cd /usr/local/bin && mv mongodump mongodump.whole && cat >mongodump <<'SH'\n${killed}\nSH\nchmod 755 mongodump`,
    );
    await expect(takePoint(world)).rejects.toMatchObject({
      code: "backups.dump_failed",
      message: expect.stringContaining("exit code 137"),
      retry: "retry",
    });
    await run("cd /usr/local/bin && mv mongodump.whole mongodump");
  });

  describe("the tester is tested:", () => {
    let backupId: string;
    let whole: Buffer;
    beforeAll(async () => {
      backupId = await takePoint(world);
      await change((raw) => {
        whole = raw;
        return raw;
      });
    });
    const change = (how: (raw: Buffer) => Uint8Array) => tamper(world.root, backupId, "database", how);
    const expectDisproved = async (level: string, words: RegExp) => {
      await expect(verifyPoint(world, backupId)).rejects.toMatchObject({ code: "backups.disproved" });
      const look = (await readPoint(backupId)).verifications.at(-1);
      expect(look).toMatchObject({ level, ok: false });
      expect(JSON.stringify(look?.report)).toMatch(words);
    };

    test("a copy that was cut where a piece ends is found", async () => {
      const end = whole.indexOf(Buffer.alloc(4, 0xff), whole.length / 2) + 4;
      await change(() => whole.subarray(0, end));
      await expectDisproved("restore", /archive finished/);
    });

    test("a byte that changed inside of a document is found", async () => {
      const changed = Buffer.from(whole);
      changed.write("Zoé", changed.indexOf("Zoë"));
      await change(() => changed);
      await expectDisproved("restore", /CRC mismatch for namespace notes\.people/);
    });

    test("a collection that is missing, and one that was not there, are named", async () => {
      const { counts, ...manifest } = (await readPoint(backupId)).manifest as Manifest;
      const { "notes.kinds": _, ...others } = counts;
      const told = { ...manifest, counts: { ...others, "notes.gone": [3, 3] } };
      await db().backup.update({ where: { id: backupId }, data: { manifest: told } });
      await change(() => whole);
      await expectDisproved("counts", /notes\.gone is missing.*notes\.kinds was not dumped but is there/);
    });
  });

  test("comes back by hand after it was destroyed, document for document", async () => {
    expect(before.filter((line) => line.includes(" document {"))).toHaveLength(1205);
    await destroyMongodb(world);
    expect(await read()).toEqual([]);
    paste(commandsOf(world, (await readPoint(good)).key), `${world.login.password}\n`);
    expect(await read("notes_restored")).toEqual(before);
    expect((await run("ls /tmp")).stdout).not.toContain("seaworthy");
  });
});
