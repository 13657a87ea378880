import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { withSmallDisk } from "#lib/integrations/disk/testing/small-disk.ts";
import { listContainerNames } from "#lib/integrations/docker/containers.ts";
import { runExec } from "#lib/integrations/docker/exec.ts";
import { overrideConfig } from "#lib/platform/config/config.ts";
import { db } from "#lib/platform/db/client.ts";
import { AppError } from "#lib/platform/errors.ts";
import type { TestContext } from "#lib/steps/testing/context.ts";
import { SCRATCH_LABEL } from "../take/scratch.ts";
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
    CREATE TABLE nothing_in_it (id INT);
    CREATE VIEW recent AS SELECT * FROM note WHERE id > 10;
    CREATE TRIGGER shout BEFORE INSERT ON note FOR EACH ROW SET NEW.body = CONCAT(NEW.body, '!');
    CREATE FUNCTION twice(n INT) RETURNS INT DETERMINISTIC RETURN n * 2;
  `);
});
afterAll(() => world?.close());

const apply = ({ ctx }: TestContext, input = world.input) => backupsTake.apply(input, ctx) as Promise<TakeBackupOutput>;
const filesUnder = (root: string) =>
  readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
const rowsOf = (t: TestContext) =>
  db().backup.findMany({ where: { stepId: t.ctx.step.id }, include: { verifications: true } });
const scratchesOf = (t: TestContext) =>
  listContainerNames([`${SCRATCH_LABEL}=${t.ctx.step.id}`], AbortSignal.timeout(10_000));

/** Found before the real program. */
const STAND_IN = "/usr/local/bin/mariadb-dump";
const inContainer = (script: string) =>
  runExec(world.containerId, { argv: ["sh", "-c", script] }, AbortSignal.timeout(10_000));

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

describe("backups.take on MariaDB", { timeout: 120_000 }, () => {
  test("stores a dump that anybody can check by hand, proven by a restore", async () => {
    const root = ownFolder();
    const t = world.context();
    const output = await apply(t);
    expect(output).toMatchObject({ tables: 3, rows: ROWS + 3 });
    expect(filesUnder(root).sort()).toEqual([output.path, `${output.path}.json`]);
    const file = readFileSync(output.path);
    expect(createHash("sha256").update(file).digest("hex")).toBe(output.sha256);
    const sql = execFileSync("zstd", ["-dc", output.path], { maxBuffer: 1e9 });
    expect(sql.length).toBe(output.rawBytes);
    const text = sql.toString("utf8");
    expect(text).toMatch(/-- Dump completed on [^\n]*\n$/);
    expect(text).toMatch(/TRIGGER `?shout/);
    expect(text).toMatch(/FUNCTION `?twice/);
    const [row] = await rowsOf(t);
    expect(row).toMatchObject({ state: "verified", sizeBytes: BigInt(file.length), error: null });
    expect(row?.verifications.map(({ level, ok }) => `${level} ${ok}`).sort()).toEqual([
      "counts true",
      "decode true",
      "hash true",
      "restore true",
    ]);
    expect(row?.manifest).toMatchObject({ counting: "exact", counts: { "`note`": [ROWS, ROWS] } });
    expect(await scratchesOf(t)).toEqual([]);
    expect([...t.ledger.values()].map(({ kind, state }) => `${kind} ${state}`)).toEqual(["backup.file present"]);
    expect(t.lines.join("\n")).not.toContain("pw-services");
    expect(await backupsTake.verify(world.input, t.ctx)).toMatchObject({ ok: true });
    const again = await apply(t.next());
    expect(again.path).toBe(output.path);
    expect(filesUnder(root)).toHaveLength(2);
    truncateSync(output.path, 100);
    expect(await backupsTake.verify(world.input, t.ctx)).toMatchObject({ ok: false });
    await backupsTake.undo([...t.ledger.values()], world.input, t.next().ctx);
    expect(filesUnder(root)).toEqual([]);
    expect(await rowsOf(t)).toEqual([]);
  });

  test("counts what the dump holds while others write", async () => {
    ownFolder();
    let writing = true;
    const writer = (async () => {
      while (writing) await world.sql(`INSERT INTO nothing_in_it SELECT seq FROM seq_1_to_50`);
    })();
    const t = world.context();
    const output = await apply(t).finally(() => {
      writing = false;
    });
    await writer;
    const [row] = await rowsOf(t);
    expect(row).toMatchObject({ state: "verified", manifest: { counting: "exact" } });
    expect(output.tables).toBe(3);
    await world.sql("TRUNCATE nothing_in_it");
  });

  test.each([
    ["is killed half-way", "kill -9 $$", /exit code 137/],
    ["ends half-way and says all is well", "exit 0", /last line/],
  ])("a dump that %s leaves nothing that looks like a backup", async (_how, end, words) => {
    const root = ownFolder();
    const t = world.context();
    await inContainer(
      `printf '#!/bin/sh\n/usr/bin/mariadb-dump "$@" | head -c 200000\n${end}\n' >${STAND_IN} && chmod 755 ${STAND_IN}`,
    );
    const error = await failure(apply(t)).finally(() => inContainer(`rm ${STAND_IN}`));
    expect(error.message).toMatch(words);
    expect(error.retry).toBe("retry");
    expect(filesUnder(root)).toEqual([]);
    expect(await rowsOf(t)).toMatchObject([{ state: "failed", error: error.message }]);
    await apply(t.next());
    expect(await rowsOf(t)).toMatchObject([{ state: "verified", error: null }]);
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
      const manifests = filesUnder(root).filter((file) => file.endsWith(".json"));
      expect(manifests.length).toBeLessThanOrEqual(1);
      if (outcome === "done") break;
      if (dieAt > 60) throw new Error("never got through");
    }
    expect(filesUnder(root)).toHaveLength(2);
    expect(await rowsOf(t)).toMatchObject([{ state: "verified" }]);
    expect(await scratchesOf(t)).toEqual([]);
  }, 240_000);

  test("cuts off at once when the run is cancelled, in the container too", async () => {
    const root = ownFolder();
    const t = world.context();
    const work = apply(t);
    await expect.poll(() => filesUnder(root).length, { interval: 1, timeout: 20_000 }).toBe(1);
    t.abort(new Error("cancelled by Robin"));
    await expect(work).rejects.toThrow("cancelled by Robin");
    expect(filesUnder(root)).toEqual([]);
    await expect
      .poll(() => execFileSync("sh", ["-c", "pgrep -fc 'SEAWORTHY-END-[0-9a-f]' || true"]).toString().trim(), {
        timeout: 10_000,
      })
      .toBe("0");
  });

  test("a full disk is said, and leaves nothing", async () => {
    await withSmallDisk("64k", async (root) => {
      ownFolder(root);
      const t = world.context();
      expect(await failure(apply(t))).toMatchObject({ code: "disk.full", retry: "needs_person" });
      expect(filesUnder(root)).toEqual([]);
      expect(await rowsOf(t)).toMatchObject([{ state: "failed" }]);
    });
  });

  test("a stored file that was cut or changed is found out and removed", async () => {
    const root = ownFolder();
    for (const spoil of [
      (path: string) => writeFileSync(path, Buffer.alloc(readFileSync(path).length, 7)),
      (path: string) => {
        // A whole dump of half the data, with a manifest that agrees: only the counts can tell.
        const text = execFileSync("zstd", ["-dc", path], { maxBuffer: 1e9 }).toString("utf8");
        const cut = text.replace(/INSERT INTO `note` VALUES[^;]*;/, "");
        const packed = execFileSync("zstd", ["-c"], { input: cut });
        writeFileSync(path, packed);
        const manifest = JSON.parse(readFileSync(`${path}.json`, "utf8"));
        const sha256 = createHash("sha256").update(packed).digest("hex");
        writeFileSync(`${path}.json`, JSON.stringify({ ...manifest, sizeBytes: packed.length, sha256 }));
      },
    ]) {
      const t = world.context();
      const { path } = await apply(t, { ...world.input, prove: false });
      spoil(path);
      const error = await failure(apply(t.next()));
      expect(error).toMatchObject({ code: "backups.disproved" });
      expect(filesUnder(root)).toEqual([]);
      expect(await rowsOf(t)).toMatchObject([{ state: "failed" }]);
    }
  });

  test("a database that is not there is a clear failure", async () => {
    mkdirSync(ownFolder(), { recursive: true });
    const t = world.context();
    const error = await failure(apply(t, { ...world.input, swarmService: "no-such_db" }));
    expect(error).toMatchObject({ code: "backups.no_database", retry: "permanent" });
  });
});
