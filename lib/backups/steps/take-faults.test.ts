import { randomUUID } from "node:crypto";
import { statfsSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { withSmallDisk } from "#lib/integrations/disk/testing/small-disk.ts";
import { runExec } from "#lib/integrations/docker/exec.ts";
import { type ChaosLine, startChaosLine } from "#lib/integrations/object-store/testing/chaos-line.ts";
import { createRandom } from "#lib/integrations/object-store/testing/faults.ts";
import { type FailingFront, s3Error, startFailingFront } from "#lib/integrations/s3/testing/failing-front.ts";
import { overrideConfig } from "#lib/platform/config/config.ts";
import { db } from "#lib/platform/db/client.ts";
import { testWorld } from "#local/test-world.ts";
import { OWN_DISK_TARGET } from "../constants.ts";
import { listGood, watchGoodPoints } from "../testing/good-points.ts";
import { addTarget } from "../testing/targets.ts";
import { type BackupWorld, startBackupWorld } from "../testing.ts";
import { backupsTake } from "./take.ts";

const TIMES = 20;
let world: BackupWorld;
let rawBytes: number;
let storedBytes: number;

beforeAll(async () => {
  world = await startBackupWorld("mariadb");
  // One statement a row: a dump that is cut anywhere may well be cut between two.
  await world.sql(`
    CREATE TABLE note (id INT PRIMARY KEY, body VARCHAR(700));
    INSERT INTO note SELECT seq, HEX(RANDOM_BYTES(300)) FROM seq_1_to_3000;
    CREATE TABLE other (id INT PRIMARY KEY);
    INSERT INTO other SELECT seq FROM seq_1_to_50`);
  const output = (await backupsTake.apply(world.input, world.context().ctx)) as { sizeBytes: number; rawBytes: number };
  ({ rawBytes, sizeBytes: storedBytes } = output);
});
afterAll(() => world?.close());
afterEach(() => overrideConfig({ BACKUPS_ROOT: world.root }));

const inContainer = (script: string) =>
  runExec(world.containerId, { argv: ["sh", "-c", script] }, AbortSignal.timeout(10_000));

/** A program found before the real one. */
async function standIn(program: string, body: string): Promise<void> {
  const path = `/usr/local/bin/${program}`;
  const { exitCode, stderr } = await runExec(
    world.containerId,
    { argv: ["sh", "-c", `cat >${path} && chmod 755 ${path}`], input: `#!/bin/sh\n${body}\n` },
    AbortSignal.timeout(10_000),
  );
  if (exitCode !== 0) throw new Error(stderr);
}

/**
 * Takes a backup so many times, each with something that goes wrong at a place chosen by the seed. Afterwards whatever the
 * panel calls a backup, old or new, is restored with other programs: how many of them lie is counted.
 */
async function takeWith(seed: number, trouble: (random: (below: number) => number, round: number) => Promise<void>) {
  const random = createRandom(seed);
  const watch = watchGoodPoints(world);
  expect(await watch.findLies()).toEqual([]);
  const before = watch.count;
  const ends = { taken: 0, failed: 0 };
  for (let round = 0; round < TIMES; round++) {
    await trouble(random, round);
    const t = world.context();
    const end = await backupsTake.apply(world.input, t.ctx).then(
      () => "taken" as const,
      () => "failed" as const,
    );
    ends[end] += 1;
    const row = await db().backup.findFirst({ where: { stepId: t.ctx.step.id } });
    expect(row?.state, `seed ${seed}, round ${round}: ${row?.error}`).toBe(end === "taken" ? "stored" : "failed");
  }
  return { ...ends, before, watch };
}

/** Nothing that was good is lost, nothing that is called good cannot be restored. */
async function expectNoLies({ taken, before, watch }: Awaited<ReturnType<typeof takeWith>>): Promise<void> {
  expect(await watch.findLies()).toEqual([]);
  expect(watch.count).toBe(before + taken);
}

describe("0 unrestorable backups called good", () => {
  test.each([
    ["killed", 11, "kill -9 $$"],
    ["ending half-way as if all were well", 12, "exit 0"],
  ])("with the dump program %s at a random byte", async (_how, seed, end) => {
    const ended = await takeWith(seed, (random) =>
      standIn("mariadb-dump", `/usr/bin/mariadb-dump "$@" | head -c ${random(rawBytes - 60)}\n${end}`),
    ).finally(() => inContainer("rm -f /usr/local/bin/mariadb-dump"));
    expect(ended.failed).toBe(TIMES);
    await expectNoLies(ended);
  });

  test("with the compressor losing its end, and saying that all is well", async () => {
    const ended = await takeWith(13, (random) =>
      standIn("zstd", `/usr/bin/zstd "$@" | head -c ${random(storedBytes - 1)}\ncat >/dev/null\nexit 0`),
    ).finally(() => inContainer("rm -f /usr/local/bin/zstd"));
    expect(ended.failed).toBe(TIMES);
    await expectNoLies(ended);
  });

  test("with the stored object cut before it is read back", async () => {
    const random = createRandom(14);
    const watch = watchGoodPoints(world);
    await watch.findLies();
    const before = watch.count;
    for (let round = 0; round < TIMES; round++) {
      const t = world.context({
        onCall: (call) => {
          if (call !== "ledger.record") return;
          const [point] = t.ledger.values();
          const path = join(world.root, String(point?.attributes.key), "database.sql.zst");
          truncateSync(path, random(statSync(path).size));
        },
      });
      await expect(backupsTake.apply(world.input, t.ctx)).rejects.toMatchObject({ code: "backups.disproved" });
    }
    expect(await watch.findLies()).toEqual([]);
    expect(watch.count).toBe(before);
  });

  test("with a target that is full at a random byte", async () => {
    await withSmallDisk("8m", async (folder) => {
      const targetId = randomUUID();
      const config = { kind: "disk", folder };
      await db().backupTarget.create({ data: { id: targetId, name: "small", kind: "disk", config } });
      await world.setPolicy({ targetId });
      const ended = await takeWith(15, async (random, round) => {
        // In the last rounds there is room: the ones before have left nothing.
        const room = round < TIMES - 2 ? random(storedBytes) : 2 * storedBytes;
        writeFileSync(join(folder, "filler"), "");
        const { bavail, bsize } = statfsSync(folder);
        writeFileSync(join(folder, "filler"), Buffer.alloc(Math.max(0, bavail * bsize - room)));
      });
      expect(ended.taken).toBeGreaterThan(0);
      expect(ended.failed).toBeGreaterThanOrEqual(TIMES - 2);
      await expectNoLies(ended);
      await db().backup.updateMany({ where: { targetId }, data: { removedAt: new Date() } });
    }).finally(() => world.setPolicy({ targetId: OWN_DISK_TARGET }));
  });

  describe("with a bucket", () => {
    let line: ChaosLine;
    let front: FailingFront;
    const targets: Record<"line" | "front", string> = { line: "", front: "" };

    beforeAll(async () => {
      const { hostname, port } = new URL(testWorld().world.s3.endpoint);
      line = await startChaosLine({ host: hostname, port: Number(port) });
      front = await startFailingFront(testWorld().world.s3.endpoint);
      for (const [name, endpoint] of [
        ["line", `http://127.0.0.1:${line.port}`],
        ["front", front.endpoint],
      ] as const) {
        targets[name] = await addTarget("s3");
        const { config } = await db().backupTarget.findUniqueOrThrow({ where: { id: targets[name] } });
        await db().backupTarget.update({
          where: { id: targets[name] },
          data: { config: { ...(config as object), endpoint } },
        });
      }
    });
    afterAll(async () => {
      await world.setPolicy({ targetId: OWN_DISK_TARGET });
      await line?.close();
      await front?.close();
    });

    test("whose line breaks at a random byte, however often it is tried", async () => {
      await world.setPolicy({ targetId: targets.line });
      const ended = await takeWith(16, async (random, round) => {
        line.mend();
        const times = round % 2 === 0 ? 1 : Number.POSITIVE_INFINITY;
        line.make({ direction: "up", act: "cut", after: random(storedBytes), times });
      });
      line.mend();
      await expectNoLies(ended);
      expect(ended.failed).toBeGreaterThan(0);
    });

    test("that hangs at a random byte, so that the dump stalls", async () => {
      await world.setPolicy({ targetId: targets.line });
      overrideConfig({ BACKUPS_ROOT: world.root, BACKUP_STALL_S: 1 });
      const ended = await takeWith(17, async (random) => {
        line.mend();
        line.make({ direction: "up", act: "hang", after: random(storedBytes), times: Number.POSITIVE_INFINITY });
      });
      line.mend();
      await expectNoLies(ended);
      expect(ended.failed).toBeGreaterThan(0);
    });

    test("that answers 500 from a random request on", async () => {
      await world.setPolicy({ targetId: targets.front });
      const ended = await takeWith(18, async (random, round) => {
        const from = random(6);
        const times = round % 2 === 0 ? 1 : Number.POSITIVE_INFINITY;
        let seen = 0;
        front.decide = () => {
          const nth = seen++;
          return nth >= from && nth < from + times ? s3Error(500, "InternalError") : null;
        };
      });
      front.decide = () => null;
      await expectNoLies(ended);
      expect(ended.failed).toBeGreaterThan(0);
    });
  });

  test("what failed is not even there: a folder without a manifest is no backup", async () => {
    const good = await listGood(world.policyId);
    expect(good.length).toBeGreaterThan(0);
    expect(await db().backup.count({ where: { policyId: world.policyId, state: "running" } })).toBe(0);
  });
});
