import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { People } from "#lib/access/testing/people.ts";
import { type BackupWorld, startBackupWorld } from "#lib/backups/testing.ts";
import { startDataChange } from "#lib/data-changes/commands/start-runs.ts";
import { readDataChange } from "#lib/data-changes/queries/find-data-change.ts";
import { dataChangesPreview } from "#lib/data-changes/steps/preview.ts";
import { addPeople, approvedChange } from "#lib/data-changes/testing.ts";
import { overrideConfig } from "#lib/platform/config/config.ts";
import { db } from "#lib/platform/db/client.ts";
import { sql } from "#lib/platform/db/sql.ts";
import { isFinished } from "#lib/runs/run-state.ts";
import { until } from "#lib/runs/testing/stage.ts";
import type { RunState } from "#lib/runs/types.ts";
import { createRedisPrefix } from "#local/test-world.ts";
import { describeSteps } from "./testing/provision.ts";
import { killWorkers, startWorker } from "./testing/worker-process.ts";

/** The real worker process on a real database, killed while it changes its rows. */
let world: BackupWorld;
let people: People;
beforeAll(async () => {
  world = await startBackupWorld("mariadb");
  Object.assign(process.env, {
    ...{ BACKUPS_ROOT: world.root, WORKER_QUEUES: "backups,releases", LOG_LEVEL: "info" },
    REDIS_PREFIX: createRedisPrefix("data-changes"),
  });
  overrideConfig(undefined);
  people = await addPeople(world);
  await world.sql(
    "CREATE TABLE note (id INT PRIMARY KEY, body VARCHAR(100)); INSERT INTO note VALUES (1, 'one'), (2, 'two')",
  );
});
afterAll(async () => {
  await killWorkers();
  await world?.close();
});

const KILLS = 5;
const LONG_MS = 240_000;

/** Waits until the statements are being run, or the run is over. Returns whether they are. */
async function untilRunning(runId: number): Promise<boolean> {
  const found = await until(
    "the statements to be run",
    async () => {
      const run = await db().run.findUniqueOrThrow({ where: { id: runId }, include: { steps: true } });
      if (isFinished(run.state as RunState)) return { running: false };
      return run.steps.some(({ key, state }) => key === "execute" && state === "running") && { running: true };
    },
    LONG_MS,
  ).catch(async (error) => {
    throw new Error(`${error}\n${await describeSteps(runId)}`);
  });
  return found.running;
}

test("however often the worker is killed in the middle of it, the rows are changed once", async () => {
  const { id, seal } = await approvedChange(
    people,
    world.service.name,
    "UPDATE note SET body = CONCAT(body, '!');\nSELECT SLEEP(1.5);\nUPDATE note SET body = CONCAT(body, '?') WHERE id = 2",
  );
  await dataChangesPreview.apply({ dataChangeId: id, policy: "database" }, world.context().ctx);
  const { runId } = await startDataChange(people.dba.actor, id, { seal, confirm: world.service.name });
  let worker = await startWorker();
  let killed = 0;
  for (; killed < KILLS; killed++) {
    if (!(await untilRunning(runId))) break;
    // The first time before anything was said to the database, later well into it and around its end.
    await delay((killed / KILLS) * 3_500);
    await worker.kill();
    await sql.run("UPDATE Step SET leaseUntil = UTC_TIMESTAMP(3) WHERE runId = ? AND state = 'running'", [runId]);
    worker = await startWorker();
  }
  expect(killed).toBeGreaterThanOrEqual(2);
  await until(
    "the run to end",
    async () => (await db().run.findUniqueOrThrow({ where: { id: runId } })).finishedAt,
    LONG_MS,
  );
  expect(await describeSteps(runId)).not.toMatch(/"failed"/);
  expect(await world.sql("SELECT body FROM note ORDER BY id")).toBe("one!\ntwo!?");
  expect(await world.sql("SELECT COUNT(*) FROM seaworthy.data_change")).toBe("1");
  expect(await world.sql("SELECT COUNT(*) FROM mysql.user WHERE User LIKE 'sw_change%'")).toBe("0");
  const { state, result } = await readDataChange(id);
  expect(state).toBe("reporting");
  expect(result).toMatchObject({ outcome: "committed", statements: [{ rows: 2 }, { rows: 1 }, { rows: 1 }] });
  const backup = await db().backup.findUniqueOrThrow({ where: { id: result?.backupId ?? "" } });
  expect([backup.state, backup.trigger]).toEqual(["verified", "change"]);
});
