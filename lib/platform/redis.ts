import { Redis } from "ioredis";
import { config } from "./config/config.ts";

/**
 * A connection to Redis. `blocking` connections (workers) wait for ever for an answer; the others fail within a second or
 * two, so that a request never hangs because Redis does.
 */
export function connectRedis(kind: "fast" | "blocking"): Redis {
  const redis = new Redis(config().REDIS_URL, {
    maxRetriesPerRequest: kind === "blocking" ? null : 1,
    enableOfflineQueue: kind === "blocking",
    connectTimeout: 2_000,
    ...(kind === "fast" ? { commandTimeout: 2_000 } : {}),
    retryStrategy: (times) => Math.min(times * 100, 2_000),
  });
  // Without a listener ioredis prints every failed reconnect; callers see the failure of their own command.
  redis.on("error", () => {});
  return redis;
}

const holder = globalThis as { seaworthyRedis?: Redis };

/** The shared quick connection of this process: ringing bells, publishing, rate counters. */
export function redis(): Redis {
  holder.seaworthyRedis ??= connectRedis("fast");
  return holder.seaworthyRedis;
}

export async function closeRedis(): Promise<void> {
  holder.seaworthyRedis?.disconnect();
  delete holder.seaworthyRedis;
}

/** Prefixes a pub/sub channel or key of ours. */
export const redisKey = (...parts: (string | number)[]) => [config().REDIS_PREFIX, ...parts].join(":");
