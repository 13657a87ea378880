import { randomUUID } from "node:crypto";
import { readFileSync, statfsSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { withSmallDisk } from "#lib/integrations/disk/testing/small-disk.ts";
import { type ChaosLine, startChaosLine } from "#lib/integrations/object-store/testing/chaos-line.ts";
import { createRandom } from "#lib/integrations/object-store/testing/faults.ts";
import { type FailingFront, s3Error, startFailingFront } from "#lib/integrations/s3/testing/failing-front.ts";
import { overrideConfig } from "#lib/platform/config/config.ts";
import { db } from "#lib/platform/db/client.ts";
import { testWorld } from "#local/test-world.ts";
import { OWN_DISK_TARGET } from "../constants.ts";
import { manifestKey } from "../dump/paths.ts";
import { openTarget } from "../targets/open-target.ts";
import {
  cutCompressor,
  type FaultRounds,
  killDump,
  prepareRounds,
  pruneRound,
  runRounds,
  runWithStandIn,
  TIMES,
} from "../testing/fault-rounds.ts";
import { listGood, listGoodIds } from "../testing/good-points.ts";
import { addTarget } from "../testing/targets.ts";
import { type BackupWorld, startBackupWorld } from "../testing.ts";
import { backupsPrune } from "./prune.ts";
import { backupsReconcile } from "./reconcile.ts";
import { backupsTake } from "./take.ts";

const ALL_FAILED = { taken: 0, failed: TIMES };
const FOR_EVER = Number.POSITIVE_INFINITY;
let world: BackupWorld;
let rounds: FaultRounds;
let rawBytes: number;
let storedBytes: number;

beforeAll(async () => {
  world = await startBackupWorld("mariadb");
  // One statement a row: a dump that is cut anywhere may well be cut between two.
  await world.sql(`
    CREATE TABLE note (id INT PRIMARY KEY, body VARCHAR(700));
    INSERT INTO note SELECT seq, HEX(RANDOM_BYTES(300)) FROM seq_1_to_1500;
    CREATE TABLE other (id INT PRIMARY KEY);
    INSERT INTO other SELECT seq FROM seq_1_to_50`);
  rounds = await prepareRounds(world);
  rawBytes = rounds.taken.rawBytes ?? 0;
  storedBytes = rounds.taken.sizeBytes;
});
afterAll(() => world?.close());
afterEach(() => overrideConfig({ BACKUPS_ROOT: world.root }));

describe("0 unrestorable backups called good, and 0 good ones removed for them", () => {
  test("with the newest one cut after it was called good: nothing older goes because of it", async () => {
    const random = createRandom(19);
    const [proven, older, newest] = await listGood(world.policyId);
    const path = join(world.root, newest?.key ?? "", "database.sql.zst");
    const whole = readFileSync(path);
    for (let round = 0; round < TIMES; round++) {
      truncateSync(path, random(whole.length));
      const { ctx } = world.context();
      expect(await backupsPrune.apply({ policy: world.input.policy }, ctx)).toEqual({ kept: 3, removed: 0 });
      expect(await listGood(world.policyId)).toEqual([proven, older]);
      writeFileSync(path, whole);
      await db().backup.update({ where: { id: newest?.id ?? "" }, data: { missingAt: null } });
    }
    expect(await rounds.watch.findLies()).toEqual([]);
  });

  test("with the dump program killed at a random byte", async () => {
    expect(await killDump(rounds, 11, "mariadb-dump", rawBytes - 60)).toEqual(ALL_FAILED);
  });

  test("with the dump program ending half-way as if all were well", async () => {
    const ended = await runWithStandIn(rounds, 12, "mariadb-dump", {
      body: (random) => `"$real" "$@" | head -c ${random(rawBytes - 60)}\nexit 0`,
      code: /^backups\./,
    });
    expect(ended).toEqual(ALL_FAILED);
  });

  test("with the compressor losing its end, and saying that all is well", async () => {
    expect(await cutCompressor(rounds, 13, storedBytes - 1)).toEqual(ALL_FAILED);
  });

  test("with the stored object cut before it is read back", async () => {
    const random = createRandom(14);
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
      await pruneRound(rounds, `round ${round}`);
    }
    expect(await rounds.watch.findLies()).toEqual([]);
  });

  test("with a target that is full at a random byte", async () => {
    await withSmallDisk("8m", async (folder) => {
      const targetId = randomUUID();
      const config = { kind: "disk", folder };
      await db().backupTarget.create({ data: { id: targetId, name: "small", kind: "disk", config } });
      await world.setPolicy({ targetId });
      const filler = join(folder, "filler");
      const fill = (room: number) => {
        writeFileSync(filler, "");
        const { bavail, bsize } = statfsSync(folder);
        writeFileSync(filler, Buffer.alloc(Math.max(0, bavail * bsize - room)));
      };
      const make = (random: (below: number) => number) => fill(random(storedBytes));
      expect(await runRounds(rounds, 15, { make, code: /^(disk|object_store)\.full$/ })).toEqual(ALL_FAILED);
      // With room there is one again: those before have left nothing.
      fill(2 * storedBytes);
      await backupsTake.apply(world.input, world.context().ctx);
      expect(await rounds.watch.findLies()).toEqual([]);
      await db().backup.updateMany({ where: { targetId }, data: { removedAt: new Date() } });
      rounds.watch.expectOnly(await listGoodIds(world.policyId));
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

    const code = /^(object_store\.|backups\.target_stalled$)/;
    /** Once in every other round: a retry takes it, and what is stored is as good as any. */
    const howOften = (round: number) => (round % 2 === 0 ? 1 : FOR_EVER);
    const endLine = () => {
      line.mend();
      return line.acted > 0;
    };

    test("whose line breaks at a random byte, once or however often it is tried", async () => {
      await world.setPolicy({ targetId: targets.line });
      const ended = await runRounds(rounds, 16, {
        make: (random, round) =>
          line.make({ direction: "up", act: "cut", after: random(storedBytes), times: howOften(round) }),
        ...{ end: endLine, code },
      });
      expect(ended.failed).toBeGreaterThanOrEqual(TIMES / 2);
    });

    test("that hangs at a random byte, so that the dump stalls", async () => {
      await world.setPolicy({ targetId: targets.line });
      overrideConfig({ BACKUPS_ROOT: world.root, BACKUP_STALL_S: 1 });
      const ended = await runRounds(rounds, 17, {
        make: (random) => line.make({ direction: "up", act: "hang", after: random(storedBytes), times: FOR_EVER }),
        ...{ end: endLine, code },
      });
      expect(ended).toEqual(ALL_FAILED);
    });

    test("that answers 500 from a random request on, once or to all", async () => {
      await world.setPolicy({ targetId: targets.front });
      let failed = 0;
      const ended = await runRounds(rounds, 18, {
        make: (random, round) => {
          const from = random(6);
          let seen = 0;
          failed = 0;
          front.decide = () => {
            const nth = seen++;
            if (nth < from || nth >= from + howOften(round)) return null;
            failed += 1;
            return s3Error(500, "InternalError");
          };
        },
        end: () => {
          front.decide = () => null;
          return failed > 0;
        },
        code,
      });
      expect(ended.failed).toBeGreaterThanOrEqual(TIMES / 2);
    });

    test("that takes the manifest and answers nothing more: what failed is removed by the next look through it", async () => {
      await world.setPolicy({ targetId: targets.front });
      let isSilent = false;
      front.decide = ({ method, url }) => {
        if (isSilent) return s3Error(500, "InternalError");
        isSilent = method === "PUT" && (url ?? "").includes("manifest.json");
        return null;
      };
      const t = world.context();
      await expect(backupsTake.apply(world.input, t.ctx)).rejects.toMatchObject({ code });
      front.decide = () => null;
      const failed = await db().backup.findFirstOrThrow({ where: { stepId: t.ctx.step.id } });
      expect(failed).toMatchObject({ state: "failed", manifest: null });
      const store = await openTarget(targets.front);
      const sizeOf = () => store.size(manifestKey(failed.key), AbortSignal.timeout(10_000));
      expect(await sizeOf()).not.toBeNull();
      await backupsReconcile.apply({ targetId: targets.front }, world.context().ctx);
      expect(await sizeOf()).toBeNull();
      await store.close();
      expect(await rounds.watch.findLies()).toEqual([]);
    });
  });
});
