import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createRandom } from "#lib/integrations/object-store/testing/faults.ts";
import { db } from "#lib/platform/db/client.ts";
import { sql } from "#lib/platform/db/sql.ts";
import { compiled, openStage, type Stage, startRun, until, untilState } from "#lib/runs/testing/stage.ts";
import { killWorkers, startWorker } from "#workers/testing/worker-process.ts";
import { listGood, watchGoodPoints } from "../testing/good-points.ts";
import { type BackupWorld, startBackupWorld } from "../testing.ts";

const TIMES = 20;
const SEED = 21;
/** About as long as a backup of so small a database takes. */
const TAKES_MS = 900;
let world: BackupWorld;
let stage: Stage;

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
    INSERT INTO note SELECT seq, HEX(RANDOM_BYTES(300)) FROM seq_1_to_3000`);
});
afterAll(async () => {
  await killWorkers();
  delete process.env.WORKER_QUEUES;
  await stage?.close();
  await world?.close();
});

const start = () =>
  startRun(stage.actor, [compiled("take", "backups.take", [], { input: world.input })], {
    serviceId: world.service.id,
    environment: "production",
  });

test("a worker killed at a random moment leaves no lie, and the next one a good backup", async () => {
  const random = createRandom(SEED);
  const watch = watchGoodPoints(world);
  let worker = await startWorker();
  let caught = 0;
  for (let round = 0; round < TIMES; round++) {
    const { runId } = await start();
    await until("the step to run", async () =>
      (await db().step.findFirst({ where: { runId, state: { not: "pending" } } })) ? true : undefined,
    );
    await delay(random(TAKES_MS));
    await worker.kill();
    if ((await db().run.findUniqueOrThrow({ where: { id: runId } })).state === "running") caught += 1;
    expect(await watch.findLies(), `seed ${SEED}, round ${round}, right after the kill`).toEqual([]);
    // The worker is dead for certain: its lease need not be waited for.
    await sql.run("UPDATE Step SET leaseUntil = UTC_TIMESTAMP(3) WHERE runId = ? AND state = 'running'", [runId]);
    worker = await startWorker();
    expect(await untilState(runId, "finished"), `seed ${SEED}, round ${round}`).toBe("succeeded");
  }
  expect(caught).toBeGreaterThan(TIMES / 4);
  expect(await watch.findLies()).toEqual([]);
  expect(await listGood(world.policyId)).toHaveLength(TIMES);
});
