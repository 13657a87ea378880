import { setTimeout as delay } from "node:timers/promises";
import { pendingMigrations } from "#lib/platform/db/pending-migrations.ts";
import { explainInsecure } from "#lib/platform/db/security.ts";
import { logger } from "#lib/platform/logger.ts";
import { connectRedis } from "#lib/platform/redis.ts";

const AGAIN_MS = 1_000;
const COMPLAIN_AFTER_MS = 2_000;
const REDIS_PATIENCE_MS = 3_000;

/** Waits for MySQL, as long as it takes; throws when the database lacks migrations. */
export async function assertDatabase(signal: AbortSignal): Promise<void> {
  let reason: string | undefined;
  const complain = () => logger.warn({ ...(reason ? { reason } : {}) }, "waiting for the database");
  const complaint = setTimeout(complain, COMPLAIN_AFTER_MS);
  const noteReason = (error: unknown) => {
    const found = explainInsecure(error)?.message;
    if (found === undefined || found === reason) return;
    reason = found;
    complain();
  };
  try {
    const pending = await askUntilAnswered(signal, noteReason);
    if (pending.length === 0) return;
    throw new Error(`The database lacks ${pending.join(", ")}. Run the migrations first: npm run migrate`);
  } finally {
    clearTimeout(complaint);
  }
}

async function askUntilAnswered(signal: AbortSignal, onFailure: (error: unknown) => void): Promise<string[]> {
  const stopped = new Promise<never>((_, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
  stopped.catch(() => {});
  for (;;) {
    signal.throwIfAborted();
    try {
      return await Promise.race([pendingMigrations(), stopped]);
    } catch (error) {
      onFailure(error);
      await delay(AGAIN_MS, undefined, { signal });
    }
  }
}

/** Throws when Redis answers that it may throw keys away. Redis being away is no reason not to start. */
export async function assertRedis(): Promise<void> {
  const connection = connectRedis("blocking");
  try {
    const info = await Promise.race([connection.info("memory"), delay(REDIS_PATIENCE_MS, null, { ref: false })]);
    if (info === null) {
      logger.warn("Redis does not answer; runs go on without it, more slowly");
      return;
    }
    const policy = /maxmemory_policy:(\S+)/.exec(info)?.[1];
    if (policy && policy !== "noeviction")
      throw new Error(
        `Redis may throw keys away (maxmemory-policy ${policy}), and bells with them. Set maxmemory-policy noeviction.`,
      );
  } finally {
    connection.disconnect();
  }
}
