import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, truncateSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { withSmallDisk } from "#lib/integrations/disk/testing/small-disk.ts";
import { runExec } from "#lib/integrations/docker/exec.ts";
import { findService, updateService } from "#lib/integrations/docker/services.ts";
import { overrideConfig } from "#lib/platform/config/config.ts";
import { db } from "#lib/platform/db/client.ts";
import { AppError } from "#lib/platform/errors.ts";
import type { TestContext } from "#lib/steps/testing/context.ts";
import type { Manifest } from "../schema/manifest.ts";
import { endStandIn, runInside, standIn, withStandIn } from "../testing/stand-in.ts";
import { type BackupWorld, startBackupWorld } from "../testing.ts";
import { backupsTake, type TakeBackupOutput } from "./take.ts";

const ROWS = 20_000;
let world: BackupWorld;

beforeAll(async () => {
  world = await startBackupWorld("mariadb");
  await world.sql(`
    CREATE TABLE note (id INT PRIMARY KEY, body VARCHAR(200), picture BLOB);
    INSERT INTO note SELECT seq, CONCAT('Grüße ', REPEAT(MD5(seq), 4)), UNHEX(MD5(seq)) FROM seq_1_to_${ROWS};
    CREATE TABLE \`odd \`\`name\` (id INT);
    INSERT INTO \`odd \`\`name\` VALUES (1), (2), (3);
    CREATE TABLE nothing_in_it (id INT, inexact FLOAT);
    CREATE VIEW recent AS SELECT * FROM note WHERE id > 10;
    CREATE TRIGGER shout BEFORE INSERT ON note FOR EACH ROW SET NEW.body = CONCAT(NEW.body, '!');
    CREATE FUNCTION twice(n INT) RETURNS INT DETERMINISTIC RETURN n * 2;
  `);
});
afterAll(() => world?.close());
beforeEach(() => world.setPolicy({ compression: "zstd", recipients: [] }));

const apply = ({ ctx }: TestContext) => backupsTake.apply(world.input, ctx) as Promise<TakeBackupOutput>;
const filesUnder = (root: string) =>
  readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1))
    .sort();
const rowsOf = (t: TestContext) =>
  db().backup.findMany({ where: { stepId: t.ctx.step.id }, include: { verifications: true } });

/** Settings for one test: a folder of its own. */
function ownFolder(root = mkdtempSync(join(tmpdir(), "seaworthy-backups-"))): string {
  overrideConfig({ BACKUPS_ROOT: root });
  return root;
}

async function failure(work: Promise<unknown>): Promise<AppError> {
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(AppError);
  return error as AppError;
}

describe("backups.take on MariaDB", () => {
  test("stores a dump that anybody can check by hand, and what it holds", async () => {
    const root = ownFolder();
    const t = world.context();
    const output = await apply(t);
    expect(output).toMatchObject({ tables: 3, rows: ROWS + 3 });
    expect(filesUnder(root)).toEqual([`${output.key}/database.sql.zst`, `${output.key}/manifest.json`]);
    expect(output.key).toMatch(
      new RegExp(`^${world.service.name}/production/database/\\d{8}T\\d{6}Z-${output.backupId.slice(0, 8)}$`),
    );
    const path = join(root, output.key, "database.sql.zst");
    const file = readFileSync(path);
    const manifest = JSON.parse(readFileSync(join(root, output.key, "manifest.json"), "utf8")) as Manifest;
    const sha256 = createHash("sha256").update(file).digest("hex");
    expect(manifest.parts).toEqual([
      { name: "database", key: `${output.key}/database.sql.zst`, sizeBytes: file.length, sha256 },
    ]);
    const sql = execFileSync("zstd", ["-dc", path], { maxBuffer: 1e9 });
    expect(sql.length).toBe(output.rawBytes);
    const text = sql.toString("utf8");
    expect(text).toMatch(/-- Dump completed on [^\n]*\n$/);
    expect(text).toMatch(/TRIGGER `?shout/);
    expect(text).toMatch(/FUNCTION `?twice/);
    const [row] = await rowsOf(t);
    expect(row).toMatchObject({
      ...{ state: "stored", proven: "decode", trigger: "person", policyId: world.policyId, key: output.key },
      ...{ sizeBytes: BigInt(file.length), rawBytes: BigInt(sql.length), totalRows: BigInt(ROWS + 3), error: null },
    });
    expect(row?.verifications.map(({ level, ok }) => `${level} ${ok}`).sort()).toEqual(["decode true", "hash true"]);
    expect(row?.manifest).toMatchObject({ counting: "exact", counts: { "`note`": [ROWS, ROWS] } });
    // A table with a FLOAT reads differently once restored.
    expect(Object.keys(manifest.checksums).sort()).toEqual(["`note`", "`odd ``name`"]);
    expect([...t.ledger.values()].map(({ kind, state }) => `${kind} ${state}`)).toEqual(["backup.point present"]);
    expect(t.lines.join("\n")).not.toContain("pw-services");
    expect(await backupsTake.verify(world.input, t.ctx)).toMatchObject({ ok: true });
    const again = await apply(t.next());
    expect(again.key).toBe(output.key);
    expect(filesUnder(root)).toHaveLength(2);
    truncateSync(path, 100);
    expect(await backupsTake.verify(world.input, t.ctx)).toMatchObject({ ok: false });
    // With the service: otherwise the only one stays.
    await backupsTake.undo([...t.ledger.values()], { ...world.input, trigger: "provision" }, t.next().ctx);
    expect(filesUnder(root)).toEqual([]);
    expect(await rowsOf(t)).toEqual([]);
  });

  test("counts and sums what the dump holds while others write", async () => {
    const root = ownFolder();
    let writing = true;
    await world.sql("CREATE TABLE written (id INT)");
    const writer = (async () => {
      while (writing) await world.sql("INSERT INTO written SELECT seq FROM seq_1_to_50");
    })();
    const t = world.context();
    const { key } = await apply(t).finally(() => {
      writing = false;
    });
    await writer;
    const manifest = JSON.parse(readFileSync(join(root, key, "manifest.json"), "utf8")) as Manifest;
    expect(manifest.counting).toBe("exact");
    const sql = execFileSync("zstd", ["-dc", join(root, key, "database.sql.zst")], { maxBuffer: 1e9 }).toString();
    const rows = [...sql.matchAll(/INSERT INTO `written` VALUES\n?([^;]*);/g)].flatMap(
      ([, values]) => values?.match(/\(\d+\)/g) ?? [],
    );
    expect(manifest.counts["`written`"]).toEqual([rows.length, rows.length]);
    await world.sql("CREATE DATABASE again");
    await runExec(
      world.containerId,
      { argv: ["mariadb", "-uroot", "again"], env: { MYSQL_PWD: world.login.password }, input: sql },
      AbortSignal.timeout(60_000),
    );
    const [, sum] = (await world.sql("CHECKSUM TABLE again.written")).split("\t");
    expect(manifest.checksums["`written`"]).toBe(sum);
    await world.sql("DROP TABLE written; DROP DATABASE again");
  });

  test.each([
    ["is killed half-way", "kill -9 $$", /exit code 137/],
    ["ends half-way and says all is well", "exit 0", /last line/],
  ])("a dump that %s leaves nothing that looks like a backup", async (_how, end, words) => {
    const root = ownFolder();
    const t = world.context();
    const cut = `"$real" "$@" | head -c 200000\n${end}`;
    const error = await failure(withStandIn(world, "mariadb-dump", cut, () => apply(t)));
    expect(error.message).toMatch(words);
    expect(error.retry).toBe("retry");
    expect(filesUnder(root)).toEqual([]);
    expect(await rowsOf(t)).toMatchObject([{ state: "failed", error: error.message }]);
    await apply(t.next());
    expect(await rowsOf(t)).toMatchObject([{ state: "stored", error: null }]);
  });

  test("a worker that dies anywhere leaves a second try one good backup", async () => {
    const root = ownFolder();
    const t = world.context();
    // Each try dies at a later call to the engine than the one before.
    for (let dieAt = 1; ; dieAt++) {
      let calls = 0;
      const attempt = t.next({
        onCall: () => {
          calls += 1;
          if (calls === dieAt) {
            attempt.abort(new Error("killed"));
            throw new Error("killed");
          }
        },
      });
      const outcome = await apply(attempt).then(
        () => "done",
        () => "died",
      );
      const manifests = filesUnder(root).filter((file) => file.endsWith("manifest.json"));
      expect(manifests.length).toBeLessThanOrEqual(1);
      if (outcome === "done") break;
      if (dieAt > 60) throw new Error("never got through");
    }
    expect(filesUnder(root)).toHaveLength(2);
    expect(await rowsOf(t)).toMatchObject([{ state: "stored", proven: "decode" }]);
  }, 240_000);

  test("cuts off at once when the run is cancelled, in the container too", async () => {
    const root = ownFolder();
    // So that it lasts.
    await standIn(world, "mariadb-dump", '"$real" "$@"; sleep 60');
    const t = world.context();
    const work = apply(t);
    work.catch(() => {});
    const programs = async () => {
      const script = "for one in /proc/[0-9]*/cmdline; do tr '\\0' ' ' <$one; echo; done";
      return (await runInside(world, script)).stdout;
    };
    await expect.poll(programs).toMatch(/sleep 60/);
    await endStandIn(world, "mariadb-dump");
    t.abort(new Error("cancelled by Robin"));
    await expect(work).rejects.toThrow("cancelled by Robin");
    expect(filesUnder(root)).toEqual([]);
    // Well before it would end by itself.
    await expect.poll(programs, { timeout: 10_000 }).not.toMatch(/SEAWORTHY-END-[0-9a-f]/);
  });

  test("a full disk is said, and leaves nothing", async () => {
    await withSmallDisk("64k", async (root) => {
      ownFolder(root);
      const t = world.context();
      expect(await failure(apply(t))).toMatchObject({ retry: "needs_person" });
      expect(filesUnder(root)).toEqual([]);
      expect(await rowsOf(t)).toMatchObject([{ state: "failed" }]);
    });
  });

  test.each(["gzip", "lrzip", "none"] as const)("compresses with %s where that is asked for", async (compression) => {
    const root = ownFolder();
    await world.setPolicy({ compression });
    const t = world.context();
    const output = await apply(t);
    expect(await rowsOf(t)).toMatchObject([{ state: "stored", proven: "decode", manifest: { compression } }]);
    const ending = { gzip: ".gz", lrzip: ".lrz", none: "" }[compression];
    expect(filesUnder(root)[0]).toBe(`${output.key}/database.sql${ending}`);
    expect(output.rawBytes).toBeGreaterThan(1_000_000);
  });

  test("falls back to gzip where the image has no zstd, and says so", async () => {
    const root = ownFolder();
    const t = world.context();
    await runInside(world, "mv /usr/bin/zstd /usr/bin/zstd.away");
    const output = await apply(t).finally(() => runInside(world, "mv /usr/bin/zstd.away /usr/bin/zstd"));
    expect(filesUnder(root)[0]).toBe(`${output.key}/database.sql.gz`);
    expect(t.lines.join("\n")).toContain("gzip instead");
  });

  test("encrypts to recipients nobody here is, checks it before, and says what it could not see", async () => {
    const root = ownFolder();
    const identity = execFileSync("age-keygen", { stdio: ["ignore", "pipe", "ignore"] }).toString();
    const recipient = /age1[0-9a-z]+/.exec(identity)?.[0] ?? "";
    await world.setPolicy({ recipients: [recipient] });
    const t = world.context();
    const output = await apply(t);
    expect(output.rawBytes).toBeGreaterThan(1_000_000);
    expect(filesUnder(root)[0]).toBe(`${output.key}/database.sql.zst.age`);
    const packed = execFileSync("age", ["-d", "-i", "-", join(root, output.key, "database.sql.zst.age")], {
      input: identity,
      maxBuffer: 1e9,
    });
    expect(execFileSync("zstd", ["-dc"], { input: packed, maxBuffer: 1e9 }).toString()).toMatch(/-- Dump completed/);
    const [row] = await rowsOf(t);
    expect(row).toMatchObject({ encrypted: true, state: "stored", manifest: { recipients: [recipient] } });
    expect(row?.verifications.find(({ level }) => level === "decode")?.report).toMatchObject({
      summary: expect.stringContaining("before it was encrypted"),
    });
    const knowing = world.context();
    overrideConfig({ BACKUPS_ROOT: root, BACKUP_AGE_IDENTITY: identity });
    expect((await apply(knowing)).rawBytes).toBeGreaterThan(1_000_000);
  });

  test("a database that was stopped is missed, with the reason", async () => {
    ownFolder();
    const source = world.source as { swarmService: string };
    const scale = async (replicas: number) => {
      const service = await findService(source.swarmService, AbortSignal.timeout(10_000));
      if (!service) throw new Error("gone");
      const spec = { ...service.Spec, Mode: { Replicated: { Replicas: replicas } } };
      await updateService(service, spec as Parameters<typeof updateService>[1], AbortSignal.timeout(10_000));
    };
    await scale(0);
    const t = world.context();
    await expect
      .poll(() => failure(apply(t.next())).then(({ code, retry }) => ({ code, retry })))
      .toEqual({ code: "backups.database_down", retry: "permanent" });
    expect(await rowsOf(t)).toMatchObject([{ state: "missed", error: expect.stringContaining("0 replicas") }]);
  });

  test("a database that is not there is a clear failure", async () => {
    mkdirSync(ownFolder(), { recursive: true });
    const { kind: _kind, ...source } = world.source;
    await world.setPolicy({ source: { ...source, swarmService: "no-such_db" } });
    const t = world.context();
    expect(await failure(apply(t))).toMatchObject({ code: "backups.no_database", retry: "permanent" });
  });
});
