import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { generateIdentity, identityToRecipient } from "age-encryption";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { overrideConfig } from "#lib/platform/config/config.ts";
import { db } from "#lib/platform/db/client.ts";
import type { TestContext } from "#lib/steps/testing/context.ts";
import { runInside, withStandIn } from "../testing/stand-in.ts";
import { type BackupWorld, startBackupWorld } from "../testing.ts";
import { backupsTake, type TakeBackupOutput } from "./take.ts";

let world: BackupWorld;
let recipient: string;

beforeAll(async () => {
  world = await startBackupWorld("mariadb");
  await world.sql(`
    CREATE TABLE note (id INT PRIMARY KEY, body VARCHAR(700));
    INSERT INTO note SELECT seq, HEX(RANDOM_BYTES(300)) FROM seq_1_to_3000`);
  recipient = await identityToRecipient(await generateIdentity());
});
afterAll(() => world?.close());
afterEach(async () => {
  overrideConfig({ BACKUPS_ROOT: world.root });
  await world.setPolicy({ compression: "zstd", recipients: [] });
});

const apply = (t: TestContext) => backupsTake.apply(world.input, t.ctx) as Promise<TakeBackupOutput>;
const rowOf = (t: TestContext) =>
  db().backup.findFirstOrThrow({
    where: { stepId: t.ctx.step.id },
    include: { verifications: { orderBy: { createdAt: "asc" } } },
  });

test("what a compressor lost is found before it is encrypted for people who are not here", async () => {
  await world.setPolicy({ recipients: [recipient] });
  const t = world.context();
  const { sizeBytes } = await apply(t);
  expect(await rowOf(t)).toMatchObject({ state: "stored", proven: "decode" });
  for (let round = 0; round < 10; round++) {
    const cut = world.context();
    const at = round === 0 ? 0 : Math.floor(Math.random() * (sizeBytes - 2_000));
    const lost = `/usr/bin/zstd "$@" | head -c ${at}\ncat >/dev/null\nexit 0`;
    const failed = withStandIn(world, "zstd", lost, () => apply(cut));
    await expect(failed, `cut at ${at}`).rejects.toMatchObject({ code: "backups.dump_failed", retry: "retry" });
    expect(await rowOf(cut)).toMatchObject({ state: "failed", proven: null, verifications: [] });
  }
  // Whole to its own mind, of something else.
  const other = world.context();
  const less = withStandIn(world, "zstd", 'head -c 100000 | /usr/bin/zstd "$@"; cat >/dev/null', () => apply(other));
  await expect(less).rejects.toMatchObject({ message: expect.stringContaining("does not unpack to what was dumped") });
});

test.each(["gzip", "none"])("with %s too", async (compression) => {
  await world.setPolicy({ compression, recipients: [recipient] });
  const t = world.context();
  expect((await apply(t)).rawBytes).toBeGreaterThan(1_000_000);
  expect(await rowOf(t)).toMatchObject({ state: "stored", proven: "decode" });
});

test("of what lrzip packs and nobody here opens it is not said that it was unpacked", async () => {
  await world.setPolicy({ compression: "lrzip", recipients: [recipient] });
  const t = world.context();
  expect((await apply(t)).rawBytes).toBeNull();
  expect(await rowOf(t)).toMatchObject({ state: "stored", proven: "hash", verifications: [{ level: "hash" }] });
  expect(t.lines.join("\n")).toContain("Nobody has unpacked database");
});

test("a manifest that is not the one that was written is found at once", async () => {
  const t: TestContext = world.context({
    onCall: (call) => {
      if (call !== "ledger.record") return;
      const [point] = t.ledger.values();
      const path = join(world.root, String(point?.attributes.key), "manifest.json");
      const text = readFileSync(path, "utf8");
      writeFileSync(path, text.replace('"counting": "exact"', '"counting": "range"'));
    },
  });
  await expect(apply(t)).rejects.toMatchObject({ code: "backups.disproved", retry: "retry" });
  const row = await rowOf(t);
  expect(row).toMatchObject({ state: "failed", error: expect.stringContaining("is another than the one") });
  expect(row.verifications).toMatchObject([{ level: "hash", ok: false }]);
});

test("where memory runs out the kernel ends the dump and not the database", async () => {
  const note = (program: string) => `cat /proc/self/oom_score_adj >/tmp/${program}.adj; exec /usr/bin/${program} "$@"`;
  const t = world.context();
  await withStandIn(world, "mariadb-dump", note("mariadb-dump"), () =>
    withStandIn(world, "zstd", note("zstd"), () => apply(t)),
  );
  expect((await runInside(world, "cat /tmp/mariadb-dump.adj /tmp/zstd.adj")).stdout).toBe("1000\n1000\n");
  expect(Number((await runInside(world, "cat /proc/1/oom_score_adj")).stdout || Number.NaN)).toBeLessThan(1000);
});
