import { setTimeout as delay } from "node:timers/promises";
import { sealAudit } from "#lib/audit/seal.ts";
import { RUN_HOOKS } from "#lib/hooks/run-hooks.ts";
import { config } from "#lib/platform/config/config.ts";
import { closeDb } from "#lib/platform/db/client.ts";
import { closeSql } from "#lib/platform/db/sql.ts";
import { logger } from "#lib/platform/logger.ts";
import { closeRedis } from "#lib/platform/redis.ts";
import { closeBells } from "#lib/runs/bells.ts";
import { createEngine } from "#lib/runs/engine.ts";
import { startLoop } from "#lib/runs/loop.ts";
import { endHeartbeat, startHeartbeat } from "./heartbeat.ts";
import { startHousekeeping } from "./housekeeping.ts";
import { startLoops } from "./loops.ts";
import { assertDatabase, assertRedis } from "./ready.ts";
import { findStep, loadSteps } from "./steps.ts";

const SEAL_EVERY_MS = 1_000;
/** Whatever hangs, the process is gone before an orchestrator would kill it. */
const LAST_MOMENT_MS = 24_000;

const stopping = new AbortController();
for (const signal of ["SIGTERM", "SIGINT"] as const) process.once(signal, () => stopping.abort(signal));

const observeSwarm = async (signal: AbortSignal) => (await import("#lib/swarm/observe.ts")).startSwarmObserver(signal);

async function run(): Promise<void> {
  const { WORKER_QUEUES: queues } = config();
  await assertDatabase(stopping.signal);
  await assertRedis();
  await loadSteps(queues);
  const engine = createEngine({ findStep, queues, hooks: RUN_HOOKS });
  await engine.start();
  const loops = [
    startHeartbeat(engine.workerId, queues),
    startLoop("audit seal", SEAL_EVERY_MS, sealAudit),
    ...startHousekeeping(),
    ...(await startLoops(queues, stopping.signal)),
  ];
  const observer = queues.includes("provisioning") ? observeSwarm(stopping.signal) : Promise.resolve();
  logger.info({ workerId: engine.workerId, queues }, "worker is ready");

  if (!stopping.signal.aborted)
    await new Promise((resolve) => stopping.signal.addEventListener("abort", resolve, { once: true }));
  logger.info({ signal: stopping.signal.reason }, "worker stops");
  setTimeout(() => process.exit(1), LAST_MOMENT_MS).unref();
  await engine.stop();
  await Promise.all(loops.map((loop) => loop.stop()));
  await Promise.race([observer, delay(1_000)]);
  await endHeartbeat(engine.workerId).catch(() => {});
  await Promise.allSettled([closeBells(), closeRedis(), closeSql(), closeDb()]);
  logger.info("worker has stopped");
}

try {
  await run();
  process.exit(0);
} catch (error) {
  if (stopping.signal.aborted) process.exit(0);
  logger.fatal(error instanceof Error ? error.message : String(error));
  process.exit(1);
}
