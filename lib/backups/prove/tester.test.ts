import { rmSync, truncateSync, writeFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openFolderStore } from "#lib/integrations/disk/folder-store.ts";
import { listContainerNames } from "#lib/integrations/docker/containers.ts";
import { db } from "#lib/platform/db/client.ts";
import { AppError } from "#lib/platform/errors.ts";
import type { TestContext } from "#lib/steps/testing/context.ts";
import type { VerificationLevel } from "../constants.ts";
import type { Counts } from "../schema/manifest.ts";
import { Disproved } from "./disproved.ts";
import { readBack } from "./read-back.ts";
import { SCRATCH_LABEL } from "./scratch-container.ts";
import {
  compress,
  type PointDraft,
  type ProofWorld,
  readStored,
  replacePart,
  type SourceServer,
  type StoredPoint,
  startProofWorld,
  startSource,
} from "./testing.ts";

const ROWS = 5_000;
const FILL = {
  mariadb: `
    CREATE TABLE note (id INT PRIMARY KEY, body VARCHAR(200), picture BLOB);
    INSERT INTO note SELECT seq, CONCAT('Grüße ', REPEAT(MD5(seq), 4)), UNHEX(MD5(seq)) FROM seq_1_to_${ROWS};
    CREATE TABLE \`odd \`\`name\` (id INT);
    INSERT INTO \`odd \`\`name\` VALUES (1), (2), (3);
    CREATE VIEW recent AS SELECT * FROM note WHERE id > 10;
    CREATE TRIGGER shout BEFORE INSERT ON note FOR EACH ROW SET NEW.body = CONCAT(NEW.body, '!');
    CREATE FUNCTION twice(n INT) RETURNS INT DETERMINISTIC RETURN n * 2;
  `,
  postgresql: `
    CREATE TABLE note (id int PRIMARY KEY, body text, picture bytea);
    INSERT INTO note SELECT n, 'Grüße ' || repeat(md5(n::text), 4), decode(md5(n::text), 'hex') FROM generate_series(1, ${ROWS}) n;
    CREATE SCHEMA "Odd Name";
    CREATE TABLE "Odd Name"."a ""table" (id int);
    INSERT INTO "Odd Name"."a ""table" VALUES (1), (2), (3);
    CREATE ROLE reader;
    ALTER TABLE note ENABLE ROW LEVEL SECURITY;
    CREATE POLICY own ON note FOR SELECT TO reader USING (id > 3);
    ALTER TABLE note FORCE ROW LEVEL SECURITY;
    CREATE MATERIALIZED VIEW held AS SELECT count(*) FROM note;
    CREATE PUBLICATION everything FOR ALL TABLES;
    CREATE FUNCTION twice(n int) RETURNS int LANGUAGE sql AS 'SELECT n * 2';
  `,
};

let world: ProofWorld;
beforeAll(async () => {
  world = await startProofWorld();
});
afterAll(() => world?.close());

const rowOf = ({ backupId }: StoredPoint) =>
  db().backup.findUniqueOrThrow({
    where: { id: backupId },
    include: { verifications: { orderBy: { createdAt: "asc" } } },
  });
const levelsOf = async (point: StoredPoint) =>
  (await rowOf(point)).verifications.map(({ level, ok }) => `${level} ${ok ? "good" : "bad"}`);
const scratchesOf = (t: TestContext) =>
  listContainerNames([`${SCRATCH_LABEL}=${t.ctx.step.id}`], AbortSignal.timeout(10_000));

async function expectDisproved(point: StoredPoint, level: VerificationLevel, words: RegExp): Promise<AppError> {
  const t = world.context();
  const error = await world.prove(point, t).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(AppError);
  const { code, message, detail, retry } = error as AppError;
  expect({ code, retry }).toEqual({ code: "backups.disproved", retry: "permanent" });
  expect(`${message}\n${detail ?? ""}`).toMatch(words);
  const row = await rowOf(point);
  const last = row.verifications.at(-1);
  expect(last).toMatchObject({ level, ok: false });
  expect(row).toMatchObject({ state: "failed", error: message });
  expect(row.proven).not.toBe("counts");
  expect(await scratchesOf(t)).toEqual([]);
  return error as AppError;
}

describe.each(["mariadb", "postgresql"] as const)("the tester is tested: %s", (kind) => {
  let source: SourceServer;
  let good: PointDraft;
  const table = kind === "mariadb" ? "`note`" : "public.note";

  beforeAll(async () => {
    source = await startSource(kind);
    await source.sql(FILL[kind]);
    good = await source.draft();
  }, 120_000);
  afterAll(() => source?.close());

  test("a good one passes at every level, and leaves nothing behind", async () => {
    const point = await world.store(good);
    const t = world.context();
    const output = await world.prove(point, t);
    expect(output).toMatchObject({ backupId: point.backupId, proven: "counts", stopped: null });
    expect(await levelsOf(point)).toEqual(["hash good", "decode good", "restore good", "counts good"]);
    const row = await rowOf(point);
    expect(row).toMatchObject({ state: "verified", proven: "counts", error: null, restoreMs: output.restoreMs });
    expect(row.verifications.at(-1)?.report).toMatchObject({ tables: 2, rows: ROWS + 3, checksums: 2 });
    expect(await scratchesOf(t)).toEqual([]);
    expect([...t.ledger.values()]).toEqual([]);
    expect(t.progress.length).toBeGreaterThan(0);
  });

  test("any cut of the stored object is found, wherever it is, and whatever the manifest says", async () => {
    const point = await world.store(good);
    const whole = readStored(point, "database");
    const store = openFolderStore({ folder: world.folder, create: false });
    const job = { backupId: point.backupId, rawBytes: null, store, identity: null, source: null, smoke: null };
    for (let round = 0; round < 24; round++) {
      const at = round === 0 ? 0 : round === 1 ? whole.length - 1 : Math.floor(Math.random() * whole.length);
      truncateSync(point.path("database"), 0);
      writeFileSync(point.path("database"), whole.subarray(0, at));
      const read = () => readBack({ ...job, manifest: point.manifest, onDisk: false }, world.context().ctx);
      const before = structuredClone(point.manifest);
      await expect(read(), `cut at ${at}`).rejects.toMatchObject({ code: "backups.disproved", level: "hash" });
      await replacePart(point, "database", whole.subarray(0, at));
      await expect(read(), `cut at ${at}, fitting`).rejects.toMatchObject({ level: "decode" });
      await point.rewrite((manifest) => Object.assign(manifest, before));
    }
    await store.close();
  });

  test("a cut object, and a flipped byte, are bad at the level of the hash", async () => {
    const cut = await world.store(good);
    truncateSync(cut.path("database"), Math.floor(readStored(cut, "database").length / 2));
    await expectDisproved(cut, "hash", /bytes instead of/);
    const flipped = await world.store(good);
    const bytes = readStored(flipped, "database");
    const at = Math.floor(Math.random() * bytes.length);
    bytes.writeUInt8(bytes.readUInt8(at) ^ 0x10, at);
    writeFileSync(flipped.path("database"), bytes);
    await expectDisproved(flipped, "hash", /SHA-256 is another/);
    const gone = await world.store(good);
    rmSync(gone.path("database"));
    await expectDisproved(gone, "hash", /is not there/);
    expect(await levelsOf(gone)).toEqual(["hash bad"]);
  });

  test("one that was cut before it was hashed is bad at the level of the decompression", async () => {
    const point = await world.store(good);
    const bytes = readStored(point, "database");
    await replacePart(point, "database", bytes.subarray(0, Math.floor(bytes.length * 0.7)));
    await expectDisproved(point, "decode", /cannot be decompressed/);
  });

  test("another manifest, or none, makes it bad", async () => {
    const point = await world.store(good);
    writeFileSync(`${world.folder}/${point.key}/manifest.json`, "{}");
    await expectDisproved(point, "hash", /manifest .* is another/);
    rmSync(`${world.folder}/${point.key}/manifest.json`);
    await expectDisproved(point, "hash", /manifest .* is not there/);
  });

  test("a row that changed while there are as many is found by the checksum", async () => {
    await source.sql("UPDATE note SET body = 'other' WHERE id = 4321");
    const other = await source.draft();
    await source.sql(
      `UPDATE note SET body = ${kind === "mariadb" ? "CONCAT('Grüße ', REPEAT(MD5(4321), 4))" : "'Grüße ' || repeat(md5('4321'), 4)"} WHERE id = 4321`,
    );
    const point = await world.store({ ...good, parts: other.parts });
    const error = await expectDisproved(point, "counts", /holds something else/);
    expect(error.detail).toBe(`${table} has other content: its checksum is another`);
    expect(await levelsOf(point)).toEqual(["hash good", "decode good", "restore good", "counts bad"]);
  });

  test("rows and tables that are missing are named", async () => {
    await source.sql(`CREATE TABLE later (id int); DELETE FROM note WHERE id > ${ROWS - 7};`);
    const fewer = await source.draft();
    const point = await world.store({ ...fewer, manifest: { ...good.manifest } });
    const error = await expectDisproved(point, "counts", /holds something else/);
    expect(error.detail).toContain(`${table} has ${ROWS - 7} rows instead of ${ROWS}`);
    expect(error.detail).toMatch(/later`? was not dumped but is there/);
    const counts: Counts = { ...good.manifest.counts, extra: [1, 1] };
    // Of a table with its history nothing but its checksum is known.
    const checksums = { ...good.manifest.checksums, history: "1" };
    const missing = await world.store({ ...good, manifest: { ...good.manifest, counts, checksums } });
    const { detail } = await expectDisproved(missing, "counts", /holds something else/);
    expect(detail).toBe("extra is missing\nhistory is missing");
    await source.sql("DROP TABLE later");
  });

  test.each([
    ["before and after", { counting: "range" as const }],
    ["of a table that is not transactional", { outsideSnapshot: [table] }],
  ])("a number counted %s is told, and takes nothing away; an empty table does", async (_when, counted) => {
    const recount = (draft: PointDraft, rows: number) => {
      const counts: Counts = { ...good.manifest.counts, [table]: [rows, rows] };
      return world.store({ ...draft, manifest: { ...good.manifest, checksums: {}, counts, ...counted } });
    };
    const point = await recount(good, ROWS - 2);
    expect(await world.prove(point)).toMatchObject({ proven: "counts" });
    const told = `${table} has ${ROWS} rows instead of ${ROWS - 2}`;
    const { report } = (await rowOf(point)).verifications.at(-1) ?? {};
    expect(report).toMatchObject({ told: [told], summary: expect.stringContaining(`not judged (${told})`) });
    const keep = kind === "mariadb" ? "SELECT * FROM note" : "TABLE note";
    await source.sql(`CREATE TABLE kept AS ${keep}; DELETE FROM note;`);
    const emptied = await source.draft();
    await source.sql("INSERT INTO note SELECT * FROM kept; DROP TABLE kept;");
    const error = await expectDisproved(await recount(emptied, ROWS), "counts", /holds something else/);
    expect(error.detail).toContain(`${table} has 0 rows instead of ${ROWS}`);
  });

  test("an image of another kind proves nothing, and takes nothing away", async () => {
    const other = process.env[kind === "mariadb" ? "DATABASE_IMAGE_POSTGRES" : "DATABASE_IMAGE_MARIADB"] ?? "";
    const point = await world.store({ ...good, manifest: { ...good.manifest, image: other } });
    const t = world.context();
    await expect(world.prove(point, t)).rejects.toMatchObject({ code: "backups.scratch_failed" });
    expect(await levelsOf(point)).toEqual(["hash good", "decode good"]);
    expect(await rowOf(point)).toMatchObject({ state: "stored", proven: "decode" });
    expect(await scratchesOf(t)).toEqual([]);
    await point.rewrite((manifest) => {
      manifest.image = "127.0.0.1:5000/no-such-image:1";
    });
    await expect(world.prove(point)).rejects.toMatchObject({ code: expect.stringMatching(/^docker\./) });
    expect(await rowOf(point)).toMatchObject({ state: "stored", proven: "decode" });
  });

  test.each(["gzip", "none"] as const)("compressed with %s it is proven the same", async (compression) => {
    const point = await world.store({ ...good, compression });
    expect(await world.prove(point)).toMatchObject({ proven: "counts" });
  });

  if (kind === "mariadb")
    test("a dump cut at a statement, whole in every other way, is found by its rows", async () => {
      const point = await world.store(good);
      const text = Buffer.from(good.parts.database ?? []).toString("utf8");
      const at = text.indexOf("INSERT INTO `note`");
      const trailer = text.slice(text.lastIndexOf("-- Dump completed"));
      await replacePart(point, "database", await compress(Buffer.from(text.slice(0, at) + trailer), "zstd"));
      const error = await expectDisproved(point, "counts", /`note` has 0 rows instead of 5000/);
      expect(error.detail).toContain("`odd ``name` is missing");
      const untold = await world.store(good);
      await replacePart(untold, "database", await compress(Buffer.from(text.slice(0, at)), "zstd"));
      await expectDisproved(untold, "decode", /does not end as a whole one does/);
    });

  if (kind === "postgresql")
    test.each([
      [
        "an event trigger",
        "CREATE EVENT TRIGGER theirs ON ddl_command_end EXECUTE FUNCTION heed()",
        "EVENT TRIGGER theirs",
      ],
      [
        "a function in an untrusted language",
        "CREATE FUNCTION theirs() RETURNS void LANGUAGE internal AS 'pg_stat_reset'",
        "FUNCTION theirs()",
      ],
    ])("%s, which only a superuser may make, is not tried and takes nothing away", async (_what, make, made) => {
      await source.sql(`CREATE FUNCTION heed() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END'; ${make};`);
      const point = await world.store(await source.draft());
      await source.sql(`DROP ${made}; DROP FUNCTION heed();`);
      const t = world.context();
      const output = await world.prove(point, t);
      expect(output).toMatchObject({
        proven: "decode",
        stopped: expect.stringMatching(/superuser .*permission denied/),
      });
      expect(await levelsOf(point)).toEqual(["hash good", "decode good"]);
      expect(await rowOf(point)).toMatchObject({ state: "stored", error: null });
      expect(await scratchesOf(t)).toEqual([]);
    });

  test("a dump that wants another database is refused and counts as bad", async () => {
    if (kind !== "mariadb") return;
    const text = Buffer.from(good.parts.database ?? []).toString("utf8");
    const point = await world.store({
      ...good,
      parts: { database: Buffer.from(`CREATE DATABASE other; USE other;\n${text}`) },
    });
    await expectDisproved(point, "restore", /Access denied/);
  });
});

test("Disproved says of the app's own check that the backup still counts", () => {
  expect(new Disproved("smoke", "x").advice).not.toBe(new Disproved("hash", "x").advice);
});
