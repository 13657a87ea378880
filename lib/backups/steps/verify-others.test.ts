import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { overrideConfig } from "#lib/platform/config/config.ts";
import { db } from "#lib/platform/db/client.ts";
import { takeTurn } from "../dump/turns.ts";
import { tamper } from "../prove/testing.ts";
import { listLeft, readPoint, takePoint, verifyPoint } from "../testing/proofs.ts";
import { type BackupWorld, startBackupWorld } from "../testing.ts";

describe("a backup of Redis", () => {
  let world: BackupWorld;
  beforeAll(async () => {
    world = await startBackupWorld("redis");
    await world.sql("SET a 1\nSET b 2\nSELECT 3\nRPUSH list x y z\n");
  }, 240_000);
  afterAll(() => world?.close());

  test("is loaded by a server of its image, and its keys are counted; a number from around it is told, and what is missing is found", async () => {
    const backupId = await takePoint(world);
    const t = world.context();
    expect(await verifyPoint(world, backupId, t)).toMatchObject({ proven: "counts" });
    expect((await readPoint(backupId)).verifications.at(-1)?.report).toMatchObject({ keys: 3, databases: 2 });
    expect(await listLeft(t)).toEqual([]);
    const row = await readPoint(backupId);
    const manifest = row.manifest as { counts: object };
    const recount = async (counts: object) => {
      const changed = { ...manifest, counts: { ...manifest.counts, ...counts } };
      await db().backup.update({ where: { id: backupId }, data: { manifest: changed } });
      writeFileSync(join(world.root, row.key, "manifest.json"), JSON.stringify(changed));
    };
    await recount({ db0: [3, 3], db3: [0, 0] });
    expect(await verifyPoint(world, backupId)).toMatchObject({ proven: "counts" });
    const { report } = (await readPoint(backupId)).verifications.at(-1) ?? {};
    const told = ["db0 has 2 keys instead of 3", "db3 has 1 keys instead of 0"];
    expect(report).toMatchObject({ told, summary: expect.stringContaining("not judged") });
    await recount({ db4: [3, 3] });
    await expect(verifyPoint(world, backupId)).rejects.toMatchObject({ detail: "db4 is missing" });
    expect(await readPoint(backupId)).toMatchObject({ state: "failed", proven: "restore" });
  });

  test("waits for another proof while backups are taken, and no longer once it is cancelled", async () => {
    const backupId = await takePoint(world);
    overrideConfig({ BACKUPS_ROOT: world.root, BACKUP_PROOFS_PARALLEL: 1 });
    const other = Promise.withResolvers<void>();
    const before = takeTurn("proof", world.context().ctx, () => other.promise);
    const [waits, cancelled] = [world.context(), world.context()];
    const proving = verifyPoint(world, backupId, waits);
    await expect.poll(() => waits.lines).toContain("i Waits its turn behind 1 proof");
    const givenUp = expect(verifyPoint(world, backupId, cancelled)).rejects.toThrow();
    await expect.poll(() => cancelled.lines).toContain("i Waits its turn behind 2 proofs");
    cancelled.abort();
    await givenUp;
    await takePoint(world);
    expect(await listLeft(waits)).toEqual([]);
    other.resolve();
    await before;
    expect(await proving).toMatchObject({ proven: "counts" });
    overrideConfig({ BACKUPS_ROOT: world.root });
  });

  test("a key of a module that its image does not have says nothing about it", async () => {
    const backupId = await takePoint(world);
    const key = [0xfe, 0, 7, 1, 0x61, 0x81, ...Buffer.from("ReJSON-R")];
    await tamper(world.root, backupId, "dump", () =>
      Buffer.concat([Buffer.from("REDIS0010"), Buffer.from([...key, 0xff]), Buffer.alloc(8)]),
    );
    await expect(verifyPoint(world, backupId)).rejects.toMatchObject({ code: "backups.no_module" });
    expect(await readPoint(backupId)).toMatchObject({ state: "stored", proven: "decode" });
  });

  test("a byte that changed before it was hashed is found by the server, a cut file by its end", async () => {
    const flipped = await takePoint(world);
    await tamper(world.root, flipped, "dump", (raw) => {
      const at = raw.indexOf("list");
      raw.writeUInt8(raw.readUInt8(at) ^ 1, at);
      return raw;
    });
    await expect(verifyPoint(world, flipped)).rejects.toMatchObject({ code: "backups.disproved", level: "restore" });
    const cut = await takePoint(world);
    await tamper(world.root, cut, "dump", (raw) => raw.subarray(0, raw.length - 20));
    await expect(verifyPoint(world, cut)).rejects.toMatchObject({ code: "backups.disproved", level: "decode" });
  });
});

describe("a backup of a folder", () => {
  let world: BackupWorld;
  beforeAll(async () => {
    world = await startBackupWorld("files");
    mkdirSync(join(world.folder, "deep/er"), { recursive: true });
    writeFileSync(join(world.folder, "plain.txt"), "plain");
    writeFileSync(join(world.folder, "deep/er/Grüße & 'quotes' \"x\".txt"), "odd");
    writeFileSync(join(world.folder, "deep/back\\slash\nline"), "odder");
    writeFileSync(join(world.folder, "empty"), "");
    writeFileSync(join(world.folder, "large.bin"), Buffer.alloc(3_000_000, 7));
    symlinkSync("plain.txt", join(world.folder, "link"));
  }, 120_000);
  afterAll(() => world?.close());

  test.each(["zstd", "lrzip"])("compressed with %s it is unpacked and compared file by file", async (compression) => {
    await world.setPolicy({ compression });
    const backupId = await takePoint(world);
    const t = world.context();
    expect(await verifyPoint(world, backupId, t)).toMatchObject({ proven: "counts", stopped: null });
    expect((await readPoint(backupId)).verifications.at(-1)?.report).toMatchObject({ files: 5, differences: [] });
    expect(await listLeft(t)).toEqual([]);
  });

  test("a file that changed, another list and a cut archive are found", async () => {
    await world.setPolicy({ compression: "zstd" });
    const changed = await takePoint(world);
    await tamper(world.root, changed, "files", (raw) => {
      raw.writeUInt8(8, raw.indexOf(Buffer.alloc(1_000, 7)) + 500);
      return raw;
    });
    await expect(verifyPoint(world, changed)).rejects.toMatchObject({
      level: "counts",
      detail: "./large.bin has other content",
    });
    expect(await readPoint(changed)).toMatchObject({ state: "failed", proven: "restore" });
    const listed = await takePoint(world);
    await tamper(world.root, listed, "list", (raw) =>
      Buffer.concat([raw, Buffer.from(`${"0".repeat(64)}  ./extra\n`)]),
    );
    const error = await verifyPoint(world, listed).catch((reason: unknown) => reason as Error & { detail: string });
    expect(error).toMatchObject({ level: "counts", detail: expect.stringContaining("./extra is missing") });
    const cut = await takePoint(world);
    await tamper(world.root, cut, "files", (raw) => raw.subarray(0, 1_000_000));
    await expect(verifyPoint(world, cut)).rejects.toMatchObject({ level: "restore" });
  });

  test("without an image to unpack it in, it says so and stops at what it can show", async () => {
    const backupId = await takePoint(world);
    overrideConfig({ BACKUPS_ROOT: world.root, BACKUP_HELPER_IMAGE: "" });
    expect(await verifyPoint(world, backupId)).toMatchObject({
      proven: "decode",
      stopped: expect.stringContaining("BACKUP_HELPER_IMAGE"),
    });
    overrideConfig({ BACKUPS_ROOT: world.root });
  });
});
