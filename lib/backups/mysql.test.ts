import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { runExec } from "#lib/integrations/docker/exec.ts";
import { copyDatabase } from "#lib/moves/copy/copy-database.ts";
import { setReadOnly } from "#lib/moves/copy/read-only.ts";
import { config } from "#lib/platform/config/config.ts";
import { db } from "#lib/platform/db/client.ts";
import { hasMysql } from "#local/test-world.ts";
import { runToEnd } from "./dump/place.ts";
import { findEngine } from "./engines/registry.ts";
import { writeByHand } from "./queries/write-by-hand.ts";
import { manifestSchema } from "./schema/manifest.ts";
import { openPlace } from "./sources/open-place.ts";
import { backupsTake, type TakeBackupOutput } from "./steps/take.ts";
import { listLeft, readPoint, verifyPoint } from "./testing/proofs.ts";
import { type BackupWorld, startBackupWorld } from "./testing.ts";

const ROWS = 5_000;
/** As many rows as are asked for, up to a million. */
const numbers = (count: number) =>
  `WITH d AS (SELECT 0 AS n ${[1, 2, 3, 4, 5, 6, 7, 8, 9].map((n) => `UNION ALL SELECT ${n}`).join(" ")})
   SELECT a.n + b.n * 10 + c.n * 100 + e.n * 1000 + f.n * 10000 AS seq FROM d a, d b, d c, d e, d f ORDER BY 1 LIMIT ${count}`;
let world: BackupWorld;

beforeAll(async () => {
  world = await startBackupWorld("mysql");
  await world.sql(`
    CREATE TABLE note (id INT PRIMARY KEY, body VARCHAR(300) CHARACTER SET utf8mb4, picture BLOB);
    INSERT INTO note SELECT seq, CONCAT('Grüße ', SHA2(seq, 256)), UNHEX(SHA2(seq, 256)) FROM (${numbers(ROWS)}) s;
    CREATE TABLE documents (id INT, document JSON);
    INSERT INTO documents VALUES (1, JSON_OBJECT('decimal', 1.10)), (2, '[1.10]');
    CREATE TABLE \`odd \`\`name\` (id INT);
    INSERT INTO \`odd \`\`name\` VALUES (1), (2), (3);
    CREATE TABLE parts (id INT PRIMARY KEY, v VARCHAR(9)) PARTITION BY HASH (id) PARTITIONS 4;
    INSERT INTO parts VALUES (1, 'a'), (2, 'b'), (3, 'c');
    CREATE TABLE nothing_in_it (id INT, inexact FLOAT);
    CREATE USER gone; GRANT ALL PRIVILEGES ON notes.* TO gone;
    CREATE DEFINER = gone SQL SECURITY DEFINER VIEW recent AS SELECT * FROM note WHERE id > 10;
    CREATE DEFINER = root@localhost TRIGGER shout BEFORE INSERT ON note FOR EACH ROW SET NEW.body = CONCAT(NEW.body, '!');
    CREATE DEFINER = notes FUNCTION twice(n INT) RETURNS INT DETERMINISTIC RETURN n * 2;
    CREATE DEFINER = root@localhost EVENT tidy ON SCHEDULE EVERY 1 DAY DO DELETE FROM note WHERE id < 0;
    DROP USER gone;
  `);
});
afterAll(() => world?.close());

const take = async (t = world.context()) => {
  const output = (await backupsTake.apply(world.input, t.ctx)) as TakeBackupOutput;
  const { manifest } = await readPoint(output.backupId);
  return { ...output, manifest: manifestSchema.parse(manifest) };
};
const unpack = (key: string) =>
  execFileSync("zstd", ["-dc", join(world.root, key, "database.sql.zst")], { maxBuffer: 1e9 }).toString();

describe.skipIf(!hasMysql)("backups on MySQL", () => {
  test("are counted and summed in the dump's own snapshot, and proven with what names others as its makers", async () => {
    const t = world.context();
    const { key, backupId, manifest } = await take(t);
    expect(manifest).toMatchObject({ engine: "mysql", counting: "exact", parts: [{ name: "database" }] });
    expect(manifest.counts).toEqual({
      "`documents`": [2, 2],
      "`note`": [ROWS, ROWS],
      "`nothing_in_it`": [0, 0],
      "`odd ``name`": [3, 3],
      "`parts`": [3, 3],
    });
    // A FLOAT, and a decimal in JSON, read differently once restored.
    expect(Object.keys(manifest.checksums).sort()).toEqual(["`note`", "`odd ``name`", "`parts`"]);
    const text = unpack(key);
    expect(text).toMatch(/-- Dump completed on [^\n]*\n$/);
    for (const made of [/VIEW `recent`/, /TRIGGER `shout`/, /FUNCTION `twice`/, /EVENT `tidy`/])
      expect(text).toMatch(made);
    // Nothing of what the client warns of, such as a password it was given.
    expect(t.lines.filter((line) => /warning|deprecated|password/i.test(line))).toEqual([]);
    const proving = world.context();
    expect(await verifyPoint(world, backupId, proving)).toMatchObject({ proven: "counts", stopped: null });
    expect((await readPoint(backupId)).verifications.at(-1)?.report).toMatchObject({ tables: 5, checksums: 3 });
    expect(await listLeft(proving)).toEqual([]);
  });

  test("show what the dump holds while others write", async () => {
    await world.sql("CREATE TABLE written (id INT)");
    let writing = true;
    const writer = (async () => {
      while (writing) await world.sql(`INSERT INTO written ${numbers(50)}`);
    })();
    const { key, backupId, manifest } = await take().finally(() => {
      writing = false;
    });
    await writer;
    expect(manifest.counting).toBe("exact");
    const rows = [...unpack(key).matchAll(/INSERT INTO `written` VALUES\n?([^;]*);/g)].flatMap(
      ([, values]) => values?.match(/\(\d+\)/g) ?? [],
    );
    expect(manifest.counts["`written`"]).toEqual([rows.length, rows.length]);
    expect(await verifyPoint(world, backupId)).toMatchObject({ proven: "counts" });
    await world.sql("DROP TABLE written");
  });

  test("come back by hand with the commands of their page", async () => {
    const { key, manifest } = await take();
    const target = { kind: "disk", folder: null } as const;
    const commands = writeByHand({ key, manifest, target, source: world.source, backupsRoot: world.root });
    const script = commands.map(({ command }) => command).join("\n");
    const env = { ...process.env, DOCKER_HOST: config().DOCKER_HOST };
    execFileSync("bash", ["-e", "-o", "pipefail", "-c", script], { env, input: `${world.login.password}\n` });
    expect(await world.sql("SELECT COUNT(*) FROM notes_restored.note")).toBe(String(ROWS));
    await world.sql("DROP DATABASE notes_restored");
  });

  test("are tried with the app, which signs in with its own password", async () => {
    const smoke = { kind: "http", path: "/cgi-bin/about", port: 8080, status: 200 };
    const verification = { restoreEach: true, cron: null, randomOlder: false, smoke };
    await db().backupPolicy.update({ where: { id: world.policyId }, data: { verification } });
    const { backupId } = await take();
    expect(await verifyPoint(world, backupId)).toMatchObject({ proven: "smoke", stopped: null });
  });

  test("copy a database for a move, and make its server read-only for the app alone", async () => {
    const { source } = world;
    if (source.kind !== "mysql") throw new Error(source.kind);
    await world.sql("CREATE DATABASE elsewhere; GRANT ALL PRIVILEGES ON elsewhere.* TO notes");
    await copyDatabase(source, { ...source, databaseName: "elsewhere" }, world.context().ctx);
    expect(await world.sql("USE elsewhere; SELECT twice(21), (SELECT COUNT(*) FROM recent)")).toBe(`42\t${ROWS - 11}`);
    const env = { MYSQL_PWD: `pw-${source.passwordSecret}` };
    const argv = ["mysql", "-unotes", "-h127.0.0.1", "notes", "-e", "DELETE FROM parts WHERE id = 0"];
    const writeAsApp = () => runExec(world.containerId, { argv, env }, AbortSignal.timeout(30_000));
    await setReadOnly(source, true, world.context().ctx);
    expect((await writeAsApp()).stderr).toMatch(/read-only/);
    await setReadOnly(source, false, world.context().ctx);
    expect(await writeAsApp()).toMatchObject({ exitCode: 0 });
  });

  test("are read over the stack's network where the database is on another node", async () => {
    const t = world.context();
    const place = await openPlace(world.source, t.ctx, { always: "helper" });
    const engine = findEngine("mysql");
    const env = { [engine.passwordVariable]: world.login.password };
    const argv = engine.dumpArgv({ ...world.login, host: place.host ?? "" }, null);
    const said = await runToEnd(place.run, { argv, env }, AbortSignal.timeout(60_000));
    await place.close();
    expect(said).toMatchObject({ stderr: "", stdout: expect.stringContaining("-- Dump completed") });
  });

  test("say what the database said when its password is wrong", async () => {
    const source = { ...world.source, rootPasswordSecret: null };
    await world.setPolicy({ source: (({ kind: _kind, ...rest }) => rest)(source) });
    await world.sql("ALTER USER notes IDENTIFIED BY 'another'");
    await expect(backupsTake.apply(world.input, world.context().ctx)).rejects.toMatchObject({
      retry: "permanent",
      detail: expect.stringContaining("Access denied"),
    });
  });
});
