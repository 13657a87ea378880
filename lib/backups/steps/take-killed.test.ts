import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createRandom } from "#lib/integrations/object-store/testing/faults.ts";
import { db } from "#lib/platform/db/client.ts";
import { sql } from "#lib/platform/db/sql.ts";
import { compiled, openStage, type Stage, startRun, until, untilState } from "#lib/runs/testing/stage.ts";
import { killWorkers, startWorker } from "#workers/testing/worker-process.ts";
import { type FaultRounds, prepareRounds, TIMES } from "../testing/fault-rounds.ts";
import { listGoodIds } from "../testing/good-points.ts";
import { type BackupWorld, startBackupWorld } from "../testing.ts";
import { backupsPrune } from "./prune.ts";

const SEED = 21;
/** About as long as a backup of so small a database takes, and the removal of what is kept no more. */
const TAKES_MS = 900;
let world: BackupWorld;
let stage: Stage;
let rounds: FaultRounds;

beforeAll(async () => {
  world = await startBackupWorld("mariadb");
  // For the worker, a process of its own, which reads its settings from the environment.
  process.env.BACKUPS_ROOT = world.root;
  process.env.WORKER_QUEUES = "backups";
  process.env.LOG_LEVEL = "info"; // It says there when it is ready.
  const { DATABASE_URL = "", REDIS_URL = "" } = process.env;
  stage = await openStage("take-killed", { DATABASE_URL, REDIS_URL });
  await world.sql(`
    CREATE TABLE note (id INT PRIMARY KEY, body VARCHAR(700));
    INSERT INTO note SELECT seq, HEX(RANDOM_BYTES(300)) FROM seq_1_to_1500`);
  rounds = await prepareRounds(world);
});
afterAll(async () => {
  await killWorkers();
  delete process.env.WORKER_QUEUES;
  await stage?.close();
  await world?.close();
});

const start = () =>
  startRun(
    stage.actor,
    [
      compiled("take", "backups.take", [], { input: world.input }),
      compiled("prune", "backups.prune", ["take"], { input: { policy: world.input.policy } }),
    ],
    { serviceId: world.service.id, environment: "production" },
  );
const stateOf = async (runId: number) => (await db().run.findUniqueOrThrow({ where: { id: runId } })).state;

/** What nobody may have removed: the proven one and the newest, which is the run's own once that is good. Returns the newest. */
async function expectKept(stepId: number, before: string, why: string): Promise<string> {
  const own = await db().backup.findFirst({ where: { stepId }, select: { id: true } });
  const good = await listGoodIds(world.policyId);
  const newest = own && good.includes(own.id) ? own.id : before;
  expect(good, why).toEqual(expect.arrayContaining([rounds.provenId, newest]));
  rounds.watch.expectOnly(good);
  expect(await rounds.watch.findLies(), why).toEqual([]);
  return newest;
}

test("a worker killed at a random moment leaves no lie and removes nothing good, and the next one makes a good backup", async () => {
  const random = createRandom(SEED);
  let worker = await startWorker();
  let caught = 0;
  let takesMs = TAKES_MS;
  let newest = rounds.taken.backupId;
  for (let round = 0; caught < TIMES; round++) {
    const why = `seed ${SEED}, round ${round}`;
    expect(round, "most rounds were over too early").toBeLessThan(5 * TIMES);
    const { runId } = await start();
    const step = await until("the step to run", () =>
      db().step.findFirst({ where: { runId, key: "take", state: { not: "ready" } } }),
    );
    await delay(random(takesMs));
    if ((await stateOf(runId)) === "running") {
      await worker.kill();
      if ((await stateOf(runId)) === "running") caught += 1;
      // As a run of the same policy would whose turn it is now.
      await backupsPrune.apply({ policy: world.input.policy }, world.context().ctx);
      newest = await expectKept(step.id, newest, `${why}, right after the kill`);
      // The worker is dead for certain: its lease need not be waited for.
      await sql.run("UPDATE Step SET leaseUntil = UTC_TIMESTAMP(3) WHERE runId = ? AND state = 'running'", [runId]);
      worker = await startWorker();
    } else takesMs *= 0.8;
    expect(await untilState(runId, "finished"), why).toBe("succeeded");
    newest = await expectKept(step.id, newest, why);
    expect(await listGoodIds(world.policyId), why).toEqual([rounds.provenId, newest]);
  }
});
