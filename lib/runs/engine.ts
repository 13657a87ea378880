import { hostname } from "node:os";
import { setTimeout as delay } from "node:timers/promises";
import { Worker } from "bullmq";
import type { Redis } from "ioredis";
import { config } from "#lib/platform/config/config.ts";
import type { QueueName } from "#lib/platform/config/settings.ts";
import { isUnavailable } from "#lib/platform/db/unavailable.ts";
import { toErrorRecord } from "#lib/platform/errors.ts";
import { logger } from "#lib/platform/logger.ts";
import { connectRedis } from "#lib/platform/redis.ts";
import type { FindStep } from "#lib/steps/types.ts";
import { createBatcher } from "./batcher.ts";
import { type Bell, bellQueueName, type Ring } from "./bells.ts";
import { executeStep } from "./execute-step.ts";
import { createFinisher } from "./finisher.ts";
import { WorkerStopping } from "./interrupts.ts";
import { createLeaseKeeper } from "./lease-keeper.ts";
import { storeLogs } from "./log/store-log.ts";
import { type Loop, startLoop } from "./loop.ts";
import { relayOutbox } from "./outbox.ts";
import { type ClaimedStep, claimSteps } from "./store/claim.ts";
import { startSweeper } from "./sweeper.ts";
import type { RunHook } from "./types.ts";

export interface EngineOptions {
  findStep: FindStep;
  queues: readonly QueueName[];
  /** Unique for each start of a process; made up when left out. */
  workerId?: string;
  /** Steps run at a time in each queue. */
  concurrency?: number;
  leaseMs?: number;
  sweepEveryMs?: number;
  /** A bell unanswered this long is rung again. */
  quietMs?: number;
  relayEveryMs?: number;
  /** Called in the transaction that finishes a run. */
  hooks?: readonly RunHook[];
}

export interface Engine {
  readonly workerId: string;
  start(): Promise<void>;
  /** Stops claiming, lets steps end for `graceMs`, then aborts them so that they checkpoint, then gives their leases back. */
  stop(options?: { graceMs?: number; abortMs?: number }): Promise<void>;
}

const DEFAULT_LEASE_MS = 15_000;

/** The part of a worker that runs steps: it hears bells, claims in MySQL, runs, and writes what came of it. */
export function createEngine(options: EngineOptions): Engine {
  const { leaseMs = DEFAULT_LEASE_MS, concurrency = config().WORKER_CONCURRENCY } = options;
  const workerId = options.workerId ?? `${hostname().slice(0, 40)}-${process.pid}-${Date.now().toString(36)}`;
  const leases = createLeaseKeeper({ leaseMs });
  const finisher = createFinisher({ hooks: options.hooks ?? [], leaseMs, onUnrung: offer });
  const active = new Map<number, ClaimedStep>();
  const running = new Map<QueueName, Set<Promise<void>>>(options.queues.map((queue) => [queue, new Set()]));
  const workers: Worker<Bell>[] = [];
  const loops: Loop[] = [];
  let connection: Redis | undefined;
  let stopping = false;

  const claim = createBatcher<number, { step: ClaimedStep; claimedAt: number } | null>(async (stepIds) => {
    const claimedAt = performance.now();
    const claimed = await claimSteps([...new Set(stepIds)], { workerId, leaseMs });
    const byId = new Map(claimed.map((step) => [step.id, step]));
    return stepIds.map((id) => {
      const step = byId.get(id);
      // Two bells for one step in one batch: only the first gets it.
      byId.delete(id);
      return step ? { step, claimedAt } : null;
    });
  });
  const storeLog = createBatcher(storeLogs, { maxItems: 50 });

  async function run(step: ClaimedStep, claimedAt: number): Promise<void> {
    const controller = new AbortController();
    leases.keep(step, controller, claimedAt);
    active.set(step.id, step);
    try {
      if (step.cancelled) return void (await finisher.finish(step, { kind: "cancelled" }));
      if (stopping) controller.abort(new WorkerStopping());
      const definition = await options.findStep(step.name);
      const outcome = await executeStep(step, { definition, controller, leases, storeLog });
      await finisher.finish(step, outcome);
    } finally {
      leases.drop(step);
      if (active.get(step.id) === step) active.delete(step.id);
    }
  }

  /** Looks whether a step is to be had, and if so runs it to the end. Never throws: MySQL remembers what was not done. */
  async function answer(stepId: unknown): Promise<void> {
    if (stopping || typeof stepId !== "number" || !Number.isSafeInteger(stepId)) return;
    try {
      const claimed = await claim(stepId);
      if (claimed) await run(claimed.step, claimed.claimedAt);
    } catch (error) {
      const level = isUnavailable(error) ? "warn" : "error";
      logger[level]({ stepId, error: error instanceof Error ? error.message : String(error) }, "bell not answered");
    }
  }

  function track(queue: QueueName, work: Promise<void>): Promise<void> {
    const mine = running.get(queue);
    mine?.add(work);
    return work.finally(() => mine?.delete(work));
  }

  /** Runs steps that no bell could announce because Redis is away, as far as there is room. */
  function offer(rings: readonly Ring[]): void {
    for (const { queue, stepId } of rings) {
      const mine = running.get(queue);
      if (mine && mine.size < concurrency) void track(queue, answer(stepId));
    }
  }

  function listen(queue: QueueName, on: Redis): Worker<Bell> {
    const worker = new Worker<Bell>(bellQueueName(queue), (job) => track(queue, answer(job.data.stepId)), {
      connection: on,
      prefix: config().REDIS_PREFIX,
      concurrency,
      // MySQL decides who runs what: a bell that BullMQ thinks stalled is rung again, and finds its step taken.
      maxStalledCount: 1000,
      removeOnComplete: { count: 0 },
      removeOnFail: { count: 0 },
      skipVersionCheck: true,
    });
    worker.on("error", () => {});
    return worker;
  }

  async function giveBack(): Promise<void> {
    const error = toErrorRecord(new WorkerStopping());
    await Promise.allSettled([...active.values()].map((step) => finisher.finish(step, { kind: "released", error })));
  }

  const idle = () => [...running.values()].every((set) => set.size === 0);
  async function untilIdle(ms: number): Promise<void> {
    for (const until = performance.now() + ms; !idle() && performance.now() < until; ) await delay(20);
  }

  return {
    workerId,
    async start() {
      connection = connectRedis("blocking");
      for (const queue of options.queues) workers.push(listen(queue, connection));
      loops.push(
        startLoop("relay", options.relayEveryMs ?? 500, relayOutbox),
        startLoop("leases", Math.min(1_000, leaseMs / 5), leases.renewAll),
        startSweeper({
          queues: options.queues,
          everyMs: options.sweepEveryMs ?? 2_000,
          ...(options.quietMs ? { quietMs: options.quietMs } : {}),
          finisher,
          offer,
        }),
      );
    },
    async stop({ graceMs = 5_000, abortMs = 12_000 } = {}) {
      stopping = true;
      for (const worker of workers) void worker.pause(true).catch(() => {});
      await untilIdle(graceMs);
      for (const { controller } of leases.held()) controller.abort(new WorkerStopping());
      await untilIdle(abortMs);
      await giveBack();
      await Promise.all(loops.map((loop) => loop.stop()));
      await Promise.race([Promise.allSettled(workers.map((worker) => worker.close(true))), delay(2_000)]);
      connection?.disconnect();
    },
  };
}
