import { afterAll, beforeAll } from "vitest";
import { overrideConfig } from "#lib/platform/config/config.ts";
import { closeDb } from "#lib/platform/db/client.ts";
import { closeRedis } from "#lib/platform/redis.ts";
import { applyTestEnv, createRedisPrefix, createTestDatabase } from "#local/test-world.ts";

/** Gives a test file a migrated MariaDB database and a Redis prefix of its own, behind `db()` and `redis()`. */
export function useTestDatabase(name: string, settings: Record<string, string> = {}): void {
  let drop: () => Promise<void> = async () => {};
  beforeAll(async () => {
    const database = await createTestDatabase(name);
    drop = database.drop;
    applyTestEnv({
      DATABASE_URL: database.url,
      REDIS_PREFIX: createRedisPrefix(name),
      APP_URL: "http://localhost:8080",
      NODE_ENV: "test",
      LOG_LEVEL: "fatal",
      ...settings,
    });
    overrideConfig({});
  });
  afterAll(async () => {
    await closeDb();
    await closeRedis();
    await drop();
  });
}
