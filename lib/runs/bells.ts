import { randomUUID } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import { Queue } from "bullmq";
import { config } from "#lib/platform/config/config.ts";
import { QUEUES, type QueueName } from "#lib/platform/config/settings.ts";
import { redis } from "#lib/platform/redis.ts";

/** All that Redis ever holds of a step. */
export interface Bell {
  stepId: number;
}

/** One step that should be looked at, now or after a while. */
export interface Ring {
  stepId: number;
  queue: QueueName;
  delayMs?: number;
}

export const bellQueueName = (queue: QueueName) => `steps-${queue}`;

const CONNECT_MS = 1_000;

const holder = globalThis as { seaworthyBells?: Map<QueueName, Queue<Bell>> };

function bellQueue(name: QueueName): Queue<Bell> {
  holder.seaworthyBells ??= new Map();
  let queue = holder.seaworthyBells.get(name);
  if (!queue) {
    queue = new Queue<Bell>(bellQueueName(name), {
      connection: redis(),
      prefix: config().REDIS_PREFIX,
      skipVersionCheck: true,
      skipWaitingForReady: true,
      streams: { events: { maxLen: 100 } },
      defaultJobOptions: { attempts: 1, removeOnComplete: true, removeOnFail: true },
    });
    // Redis being away shows in the failure of a call; MySQL remembers what to ring.
    queue.on("error", () => {});
    holder.seaworthyBells.set(name, queue);
  }
  return queue;
}

/** Gives a connection that is just being made its moment; one that failed is not waited for. */
async function untilConnected(): Promise<void> {
  const connection = redis();
  for (const until = performance.now() + CONNECT_MS; connection.status !== "ready"; await delay(10)) {
    const coming =
      connection.status === "connecting" || connection.status === "connect" || connection.status === "wait";
    if (!coming || performance.now() > until) throw new Error("Redis is not connected");
  }
}

/** Rings for steps. Throws within two seconds or so when Redis is away; the sweeper rings again then. */
export async function ringBells(rings: readonly Ring[]): Promise<void> {
  if (rings.length === 0) return;
  await untilConnected();
  await Promise.all(
    QUEUES.map((name) => {
      const mine = rings.filter((ring) => ring.queue === name);
      if (mine.length === 0) return undefined;
      return bellQueue(name).addBulk(
        mine.map(({ stepId, delayMs }) => ({
          name: "ring",
          data: { stepId },
          // Never twice the same id: an old job of that id would swallow the new bell.
          opts: { jobId: `s${stepId}-${randomUUID()}`, ...(delayMs ? { delay: Math.ceil(delayMs) } : {}) },
        })),
      );
    }),
  );
}

/** Bells that wait in Redis, so that a sweep does not ring again for steps that merely queue. */
export async function countWaitingBells(queue: QueueName): Promise<number> {
  return bellQueue(queue).getWaitingCount();
}

export async function closeBells(): Promise<void> {
  const queues = [...(holder.seaworthyBells?.values() ?? [])];
  delete holder.seaworthyBells;
  await Promise.allSettled(queues.map((queue) => queue.close()));
}
