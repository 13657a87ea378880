import { spawn } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { setTimeout as delay } from "node:timers/promises";
import { createPeople } from "#lib/access/testing/people.ts";
import { createPolicyRow, startBackupWorld } from "#lib/backups/testing.ts";
import { db } from "#lib/platform/db/client.ts";
import { compiled, openStage, type Stage, startRun } from "#lib/runs/testing/stage.ts";
import { buildWeb, startPanel } from "#local/panel.ts";
import { pickPort } from "#local/servers/ports.ts";
import { ROW, ROWS_PER_MB } from "./backup-database.ts";
import { type Measure, measurement, percentile } from "./measure.ts";
import { startWatchedWorker, type WatchedWorker } from "./watched-worker.ts";

const AT_ONCE = 12;
const MEGABYTES = Number(process.env.BENCH_BACKUP_EACH_MB ?? 60);
const LARGE_MB = Number(process.env.BENCH_BACKUP_MB ?? 700);
const PATIENCE_MS = 900_000;
const FAILED = new Set(["failed", "cancelled"]);
const QUIET_MS = 15_000;
const IDLE_MS = 3_000;
const SLOWDOWN_GOAL = 1.5;

async function fill(sql: (text: string) => Promise<string>, database: string, megabytes: number): Promise<void> {
  const table = `${database}.note`;
  await sql(`CREATE TABLE ${table} (id INT PRIMARY KEY, title VARCHAR(200), body VARCHAR(1000), at DATETIME)`);
  const rows = megabytes * ROWS_PER_MB;
  for (let from = 1; from <= rows; from += 100_000)
    await sql(`INSERT INTO ${table} SELECT ${ROW}, NOW() FROM seq_${from}_to_${Math.min(rows, from + 99_999)}`);
}

/**
 * Looks at the pages one after the other while the work goes on; how long each answer took, ms. Somebody's browser is no part of
 * the panel: in a process of its own, what this one does meanwhile does not make answers late.
 */
async function look(url: string, cookie: string, work: Promise<unknown>): Promise<number[]> {
  const looker = spawn(process.execPath, [join(import.meta.dirname, "page-looker.ts")], {
    stdio: ["pipe", "pipe", "inherit"],
    env: { ...process.env, LOOKER_URL: url, LOOKER_COOKIE: cookie },
  });
  work.catch(() => {}).finally(() => looker.stdin.end());
  return JSON.parse(await text(looker.stdout)) as number[];
}

const startTake = (stage: Stage, serviceId: string, policy: string) =>
  startRun(stage.actor, [compiled("take", "backups.take", [], { input: { policy, trigger: "person" } })], {
    serviceId,
    environment: "production",
  });

/** Asks seldom: it is not to be what the pages wait for. */
async function untilTaken(...runs: { runId: number }[]): Promise<void> {
  const ids = runs.map(({ runId }) => runId);
  const deadline = Date.now() + PATIENCE_MS;
  for (;;) {
    const states = await db().run.findMany({ where: { id: { in: ids } }, select: { id: true, state: true } });
    const bad = states.find(({ state }) => FAILED.has(state));
    const step = bad && (await db().step.findFirst({ where: { runId: bad.id } }));
    if (bad) throw new Error(`a backup ${bad.state}: ${JSON.stringify(step?.error)}`);
    if (states.every(({ state }) => state === "succeeded")) return;
    if (Date.now() > deadline) throw new Error("the backups did not end");
    await delay(250);
  }
}

/** The memory of the worker at one large backup, and what twelve at once do to people who look at pages. */
export const backupsBesidePeople: Measure = {
  key: "backups",
  title: `A worker's memory, and ${AT_ONCE} backups at once beside people who look at pages`,
  async run() {
    const world = await startBackupWorld("mariadb");
    Object.assign(process.env, { BACKUPS_ROOT: world.root, WORKER_CONCURRENCY: String(AT_ONCE), LOG_LEVEL: "info" });
    const { DATABASE_URL = "", REDIS_URL = "" } = process.env;
    const stage = await openStage("bench-backups", { DATABASE_URL, REDIS_URL });
    const logsDir = mkdtempSync(join(tmpdir(), "seaworthy-bench-"));
    const port = await pickPort();
    const url = `http://127.0.0.1:${port}`;
    const env = Object.fromEntries(Object.entries(process.env).map(([name, value]) => [name, value ?? ""]));
    const own = { ...env, PORT: String(port), APP_URL: url, NODE_ENV: "production", WORKER_QUEUES: "notifications" };
    await buildWeb(own, logsDir);
    const panel = await startPanel({ env: own, port, logsDir, log: () => {} });
    let worker: WatchedWorker | undefined;
    try {
      const { owner } = await createPeople();
      const cookie = `seaworthy=${owner.sessionToken}`;
      const policies: string[] = [];
      for (let at = 0; at < AT_ONCE; at++) {
        const databaseName = `notes_${at}`;
        await world.sql(`CREATE DATABASE ${databaseName}`);
        await fill(world.sql, databaseName, MEGABYTES);
        const source = { ...world.source, databaseName } as typeof world.source;
        const name = `database-${at}`;
        await createPolicyRow({ service: world.service, source, name });
        policies.push(name);
      }
      await fill(world.sql, "notes", LARGE_MB);
      process.env.WORKER_QUEUES = "backups";
      worker = await startWatchedWorker();
      await worker.during(delay(IDLE_MS));
      const memory = worker.measure("that has nothing to do");
      await worker.during(untilTaken(await startTake(stage, world.service.id, world.input.policy)));
      memory.push(...worker.measure(`at one backup of ${LARGE_MB} MB`));

      await look(url, cookie, delay(3_000)); // Warm.
      const quiet = await look(url, cookie, delay(QUIET_MS));
      const began = performance.now();
      const runs = await Promise.all(policies.map((policy) => startTake(stage, world.service.id, policy)));
      const taking = worker.during(untilTaken(...runs));
      const busy = await look(url, cookie, taking);
      await taking;
      const tookS = ((performance.now() - began) / 1000).toFixed(0);
      memory.push(...worker.measure(`at ${AT_ONCE} backups at once`));
      const ms = (times: number[]) => `${percentile(times, 0.5).toFixed(0)}/${percentile(times, 0.95).toFixed(0)}`;
      console.error(
        `  pages, median/p95 ms: quiet ${ms(quiet)} (${quiet.length}), busy ${ms(busy)} (${busy.length}), ${AT_ONCE} backups in ${tookS} s`,
      );
      return [
        measurement(
          `p95 of pages beside ${AT_ONCE} backups (goal ${SLOWDOWN_GOAL}×)`,
          percentile(busy, 0.95),
          "ms",
          percentile(quiet, 0.95),
        ),
        ...memory,
      ];
    } finally {
      await panel.stop();
      await worker?.stop();
      await stage.close();
      await world.close();
    }
  },
};
