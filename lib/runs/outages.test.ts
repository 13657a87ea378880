import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { Redis } from "ioredis";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { migrate } from "#lib/platform/db/migrate.ts";
import { startMariadb } from "#local/servers/mariadb.ts";
import { pickPort } from "#local/servers/ports.ts";
import type { RunningProcess } from "#local/servers/process.ts";
import { startRedis } from "#local/servers/redis.ts";
import { readWorld } from "./testing/fault-steps.ts";
import { compiled, openStage, readSteps, type Stage, startRun, until, untilState } from "./testing/stage.ts";
import { killWorkerProcesses, startWorkerProcess } from "./testing/worker-process.ts";

/** A MariaDB and a Redis of this file's own, because it takes them away. */
const folder = mkdtempSync(join(tmpdir(), "seaworthy-outages-"));
let stage: Stage;
let mariadb: RunningProcess;
let redis: RunningProcess;
let startDatabase: () => Promise<RunningProcess>;
let startBells: () => Promise<RunningProcess>;
let redisUrl: string;

beforeAll(async () => {
  const dbPort = await pickPort(21_306);
  const redisPort = await pickPort(21_379);
  redisUrl = `redis://127.0.0.1:${redisPort}`;
  const logFile = (name: string) => join(folder, `${name}.log`);
  const account = { user: "seaworthy", password: "outages" };
  startDatabase = () =>
    startMariadb({
      dataDir: join(folder, "data"),
      runDir: folder,
      logFile: logFile("mariadb"),
      port: dbPort,
      ...account,
    });
  startBells = () => startRedis({ dataDir: join(folder, "redis"), logFile: logFile("redis"), port: redisPort });
  [mariadb, redis] = await Promise.all([startDatabase(), startBells()]);
  const url = `mysql://seaworthy:outages@127.0.0.1:${dbPort}/outages`;
  await migrate(url);
  stage = await openStage("outages", { DATABASE_URL: url, REDIS_URL: redisUrl });
});
afterEach(killWorkerProcesses);
afterAll(async () => {
  await stage?.close();
  await Promise.all([mariadb?.stop(), redis?.stop()]);
  rmSync(folder, { recursive: true, force: true });
});

const KEYS = Array.from({ length: 24 }, (_, i) => `k${i}`);

/** A run of four lanes that takes a few seconds, and the file its steps write to. */
async function startLongRun() {
  const world = join(folder, randomUUID());
  const steps = KEYS.map((key, i) =>
    compiled(key, "fault.make", i < 4 ? [] : [`k${i - 4}`], { input: { world, ms: 150 } }),
  );
  const { runId } = await startRun(stage.actor, steps);
  return { runId, world, made: KEYS.map((key) => `made ${runId}:${key}`).sort() };
}

const done = async (runId: number) =>
  [...(await readSteps(runId)).values()].filter((step) => step.state === "succeeded").length;

async function expectWhole(run: Awaited<ReturnType<typeof startLongRun>>, withinMs?: number): Promise<void> {
  await untilState(run.runId, "finished", withinMs);
  const errors = [...(await readSteps(run.runId)).values()].map((step) => step.error).filter(Boolean);
  expect(errors).toEqual([]);
  expect(readWorld(run.world).sort()).toEqual(run.made);
}

describe("Redis", () => {
  it("may lose everything in the middle of a run: it finishes well within a minute", async () => {
    await startWorkerProcess();
    const run = await startLongRun();
    const connection = new Redis(redisUrl);
    for (const after of [2, 9, 15]) {
      await until(`${after} steps to be done`, async () => (await done(run.runId)) >= after);
      await connection.flushall();
    }
    await expectWhole(run, 40_000);
    connection.disconnect();
  });

  it("may be away: runs are started and finished without it", async () => {
    await startWorkerProcess();
    await redis.stop();
    const started = performance.now();
    const run = await startLongRun();
    expect(performance.now() - started).toBeLessThan(5_000);
    await expectWhole(run);
    redis = await startBells();
    await expectWhole(await startLongRun());
  });
});

describe("MySQL", () => {
  it("may be restarted in the middle of a run: it finishes, with nothing done twice", async () => {
    await startWorkerProcess();
    const run = await startLongRun();
    await until("some steps to be done", async () => (await done(run.runId)) >= 5);
    await mariadb.stop();
    await delay(3_000);
    mariadb = await startDatabase();
    await expectWhole(run);
    const states = [...(await readSteps(run.runId)).values()].flatMap((step) =>
      step.attemptLog.map((one) => one.state),
    );
    expect(states.filter((state) => state === "succeeded")).toHaveLength(KEYS.length);
    expect(states).not.toContain("running");
  });

  it("may be killed: what was committed is there, and the run finishes", async () => {
    await startWorkerProcess();
    const run = await startLongRun();
    await until("some steps to be done", async () => (await done(run.runId)) >= 5);
    process.kill(mariadb.pid, "SIGKILL");
    await mariadb.exited;
    mariadb = await startDatabase();
    await expectWhole(run);
  });
});
