import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { db } from "#lib/platform/db/client.ts";
import { withStandIn } from "../testing/stand-in.ts";
import { type BackupWorld, startBackupWorld } from "../testing.ts";
import { backupsTake, type TakeBackupOutput } from "./take.ts";

const ROWS = 10_000;
let world: BackupWorld;

beforeAll(async () => {
  world = await startBackupWorld("postgresql");
  await world.sql(`
    CREATE TABLE note (id int PRIMARY KEY, body text, picture bytea);
    INSERT INTO note SELECT n, 'Grüße ' || repeat(md5(n::text), 4), decode(md5(n::text), 'hex') FROM generate_series(1, ${ROWS}) n;
    CREATE SCHEMA "Odd Name";
    CREATE TABLE "Odd Name"."a ""table" (id int);
    INSERT INTO "Odd Name"."a ""table" VALUES (1), (2);
    CREATE VIEW recent AS SELECT * FROM note WHERE id > 10;
    CREATE FUNCTION twice(n int) RETURNS int LANGUAGE sql AS 'SELECT n * 2';
  `);
});
afterAll(() => world?.close());

describe("backups.take on PostgreSQL", () => {
  test("stores a custom-format dump and the cluster's globals, counted and summed in the dump's own snapshot", async () => {
    const t = world.context();
    const output = (await backupsTake.apply(world.input, t.ctx)) as TakeBackupOutput;
    expect(output).toMatchObject({ tables: 2, rows: ROWS + 2 });
    const read = (name: string) =>
      execFileSync("zstd", ["-dc", join(world.root, output.key, name)], { maxBuffer: 1e9 });
    const raw = read("database.dump.zst");
    expect(raw.subarray(0, 5).toString()).toBe("PGDMP");
    const globals = read("globals.sql.zst");
    expect(globals.toString()).toContain("CREATE ROLE notes");
    expect(raw.length + globals.length).toBe(output.rawBytes);
    const row = await db().backup.findUnique({ where: { id: output.backupId }, include: { verifications: true } });
    expect(row).toMatchObject({
      state: "stored",
      proven: "decode",
      manifest: { counting: "exact", counts: { "public.note": [ROWS, ROWS] }, parts: [{}, {}] },
    });
    const manifest = row?.manifest as { checksums: Record<string, string> };
    expect(Object.keys(manifest.checksums).sort()).toEqual(['"Odd Name"."a ""table"', "public.note"]);
    expect(row?.verifications.every(({ ok }) => ok)).toBe(true);
    expect(await backupsTake.verify(world.input, t.ctx)).toMatchObject({ ok: true });
  });

  test("is not deceived by a pg_dump that ends half-way as if all were well", async () => {
    const half = '"$real" "$@" | head -c 500000';
    const failed = withStandIn(world, "pg_dump", half, () => backupsTake.apply(world.input, world.context().ctx));
    await expect(failed).rejects.toMatchObject({ code: "backups.dump_failed" });
  });

  test("says what the database said when its password is wrong", async () => {
    const t = world.context();
    await world.sql("ALTER USER notes PASSWORD 'another'");
    const failed = backupsTake.apply(world.input, t.ctx);
    await expect(failed).rejects.toMatchObject({
      retry: "permanent",
      detail: expect.stringContaining("password authentication failed"),
    });
  });
});
