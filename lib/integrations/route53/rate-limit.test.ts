import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { overrideConfig } from "#lib/platform/config/config.ts";
import { closeRedis } from "#lib/platform/redis.ts";
import { applyTestEnv, createRedisPrefix } from "#local/test-world.ts";
import { takeRequestSlot } from "./rate-limit.ts";

beforeAll(() => {
  applyTestEnv({ REDIS_PREFIX: createRedisPrefix("slots") });
});
afterAll(async () => {
  overrideConfig(undefined);
  await closeRedis();
});

async function collectSlots(count: number): Promise<number[]> {
  const times = Array.from({ length: count }, async () => {
    await takeRequestSlot(undefined);
    return performance.now();
  });
  return (await Promise.all(times)).sort((a, b) => a - b);
}

/** The least time in which nine requests left. */
const tightest = (times: number[]) =>
  Math.min(...times.slice(8).map((time, index) => time - (times[index] ?? Number.NEGATIVE_INFINITY)));

describe("the rate limit", () => {
  it("lets at most eight requests leave in any second", async () => {
    const times = await collectSlots(18);
    expect(tightest(times)).toBeGreaterThanOrEqual(980);
    expect((times.at(-1) ?? 0) - (times[0] ?? 0)).toBeLessThan(4_000);
  });

  it("goes on limiting by itself when Redis is down", async () => {
    overrideConfig({ REDIS_URL: "redis://127.0.0.1:1" });
    await closeRedis();
    const times = await collectSlots(10);
    expect(tightest(times)).toBeGreaterThanOrEqual(980);
  });

  it("stops waiting when the step is cancelled", async () => {
    const controller = new AbortController();
    const waiting = Array.from({ length: 12 }, () => takeRequestSlot(controller.signal));
    controller.abort(new Error("cancelled"));
    const results = await Promise.allSettled(waiting);
    expect(results.some(({ status }) => status === "rejected")).toBe(true);
  });
});
