import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { verifyChain } from "#lib/audit/verify-chain.ts";
import { RUN_HOOKS } from "#lib/hooks/run-hooks.ts";
import { db } from "#lib/platform/db/client.ts";
import { cancelRun } from "#lib/runs/commands/cancel-run.ts";
import { compiled, openStage, type Stage, startRun, until, untilState } from "#lib/runs/testing/stage.ts";
import { pickPort } from "#local/servers/ports.ts";
import { startProcess } from "#local/servers/process.ts";
import { createEmptyDatabaseUrl } from "#local/test-world.ts";

let stage: Stage;
const children: ChildProcess[] = [];

beforeAll(async () => {
  stage = await openStage("worker");
});
afterEach(() => {
  for (const child of children.splice(0)) child.kill("SIGKILL");
});
afterAll(() => stage.close());

/** Starts the real worker process and gathers what it says. */
function startWorker(env: Record<string, string> = {}) {
  const child = spawn(process.execPath, ["workers/main.ts"], {
    env: { ...process.env, LOG_LEVEL: "info", ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  children.push(child);
  let said = "";
  for (const stream of [child.stdout, child.stderr]) stream?.on("data", (data: Buffer) => (said += data.toString()));
  const exited = new Promise<number | null>((resolve) => child.once("exit", resolve));
  return { child, exited, said: () => said };
}

describe("the worker process", () => {
  it("serves, says that it lives, seals the audit, and stops within its time when asked", async () => {
    const worker = startWorker();
    await until("it to serve", async () => worker.said().includes("worker is ready"));
    await until("its heartbeat", async () => (await db().worker.count()) === 1);
    const { runId } = await startRun(stage.actor, [compiled("tick", "manual")]);
    await cancelRun(stage.actor, runId, RUN_HOOKS);
    expect(await untilState(runId, "finished")).toBe("cancelled");
    await until("the audit to be sealed", async () => (await db().auditEvent.count({ where: { seq: null } })) === 0);
    expect(await verifyChain()).toMatchObject({ ok: true });
    const asked = performance.now();
    worker.child.kill("SIGTERM");
    expect(await worker.exited).toBe(0);
    expect(performance.now() - asked).toBeLessThan(25_000);
    expect(await db().worker.count()).toBe(0);
  });

  it("does not start on a database that lacks migrations, and says so", async () => {
    const empty = createEmptyDatabaseUrl("unmigrated");
    await db().$executeRawUnsafe(`CREATE DATABASE \`${empty.name}\``);
    const worker = startWorker({ DATABASE_URL: empty.url });
    expect(await worker.exited).toBe(1);
    expect(worker.said()).toMatch(/lacks .*_init.*npm run migrate/);
    await empty.drop();
  });

  it("does not start on a Redis that throws keys away, and says so", async () => {
    const folder = mkdtempSync(join(tmpdir(), "seaworthy-redis-"));
    const port = await pickPort(21_479);
    const argv = [
      "redis-server",
      "--port",
      `${port}`,
      "--dir",
      folder,
      "--save",
      "",
      "--maxmemory-policy",
      "allkeys-lru",
    ];
    const redis = await startProcess({ name: "redis", argv, logFile: join(folder, "log"), isReady: async () => true });
    const worker = startWorker({ REDIS_URL: `redis://127.0.0.1:${port}` });
    expect(await worker.exited).toBe(1);
    expect(worker.said()).toMatch(/allkeys-lru.*noeviction/);
    await redis.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it("starts without Redis, and waits for MySQL", async () => {
    const without = startWorker({ REDIS_URL: "redis://127.0.0.1:1" });
    await until("it to serve", async () => without.said().includes("worker is ready"));
    const waiting = startWorker({ DATABASE_URL: "mysql://x:x@127.0.0.1:1/x" });
    await until("it to wait", async () => waiting.said().includes("waiting for the database"));
    waiting.child.kill("SIGTERM");
    expect(await waiting.exited).toBe(0);
  });
});
