import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { manifestSchema } from "../schema/manifest.ts";
import { cutCompressor, type FaultRounds, killDump, prepareRounds, TIMES } from "../testing/fault-rounds.ts";
import { listGood } from "../testing/good-points.ts";
import { runInside } from "../testing/stand-in.ts";
import { type BackupWorld, startBackupWorld } from "../testing.ts";

const ALL_FAILED = { taken: 0, failed: TIMES };
let world: BackupWorld;
let rounds: FaultRounds;

beforeAll(async () => {
  world = await startBackupWorld("postgresql");
  await world.sql(`
    CREATE TABLE note (id int PRIMARY KEY, body text);
    INSERT INTO note SELECT n, (SELECT string_agg(md5(n::text || m), '') FROM generate_series(1, 10) m) FROM generate_series(1, 500) n`);
  rounds = await prepareRounds(world);
});
afterAll(() => world?.close());

describe("0 unrestorable backups called good, and 0 good ones removed for them", () => {
  test("with pg_dump killed at a random byte", async () => {
    const dumped = await runInside(world, "pg_dump -Fc -Z0 -U notes notes | wc -c");
    expect(await killDump(rounds, 31, "pg_dump", Number(dumped.stdout))).toEqual(ALL_FAILED);
  });

  test("with the compressor losing its end, and saying that all is well", async () => {
    const [newest] = (await listGood(world.policyId)).reverse();
    const [dump] = manifestSchema.parse(newest?.manifest).parts;
    expect(await cutCompressor(rounds, 32, (dump?.sizeBytes ?? 0) - 1)).toEqual(ALL_FAILED);
  });
});
