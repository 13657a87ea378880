import fc from "fast-check";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { notePresence, presenceKey } from "#lib/access/commands/note-presence.ts";
import { isAnybodyPresent } from "#lib/access/queries/is-anybody-present.ts";
import { overrideConfig } from "#lib/platform/config/config.ts";
import { redis } from "#lib/platform/redis.ts";
import { createTestContext } from "#lib/steps/testing/context.ts";
import { applyTestEnv, createRedisPrefix } from "#local/test-world.ts";
import { giveWay, LONGEST_HOLD_MS, LONGEST_PAUSE_MS, nextPause, Pace } from "./pace.ts";

beforeAll(() => {
  applyTestEnv({ REDIS_PREFIX: createRedisPrefix("pace") });
  overrideConfig({ BACKUP_LEAVE_IDLE_PERCENT: 35 });
});
afterEach(() => {
  vi.useRealTimers();
});
afterAll(() => overrideConfig(undefined));

const GOAL = 0.35;
const after = (looks: number, idle: number, pauseMs = 0) =>
  Array.from({ length: looks }).reduce<number>((pause) => nextPause(pause, idle, GOAL), pauseMs);

it("goes slower while too little is idle, never slower than its slowest, and at full speed again after that", () => {
  expect(after(1, 0.1)).toBeGreaterThan(0);
  expect(after(50, 0.1)).toBe(LONGEST_PAUSE_MS);
  expect(after(50, 0.9, LONGEST_PAUSE_MS)).toBe(0);
  fc.assert(
    fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true })), (looks) => {
      const pause = looks.reduce((before, idle) => nextPause(before, idle, GOAL), 0);
      expect(pause).toBeGreaterThanOrEqual(0);
      expect(pause).toBeLessThanOrEqual(LONGEST_PAUSE_MS);
    }),
  );
});

const readNothing = () => ({ idle: 0, all: 0 });

/** A machine of which so much is idle, looked at again and again while somebody is there or not. */
async function watch(idle: number, isAnybodyThere: () => Promise<boolean>, looks = 30): Promise<number> {
  vi.useFakeTimers();
  const times = { idle: 0, all: 0 };
  const pace = new Pace(() => ({ ...times }), isAnybodyThere);
  let pause = 0;
  for (let at = 0; at < looks; at++) {
    await vi.advanceTimersByTimeAsync(200);
    times.idle += idle * 40;
    times.all += 40;
    pause = pace.pause();
  }
  return pause;
}

it("waits for people, not for a machine that is busy without them", async () => {
  expect(await watch(0.1, async () => true)).toBe(LONGEST_PAUSE_MS);
  expect(await watch(0.1, async () => false)).toBe(0);
  expect(await watch(0.9, async () => true)).toBe(0);
  const unknown = () => Promise.reject(new Error("Redis is away"));
  expect(await watch(0.1, unknown)).toBe(0);
});

it("begins slowly if somebody is there, however idle the machine is", async () => {
  for (const isThere of [true, false]) {
    const pace = new Pace(
      () => ({ idle: 90, all: 100 }),
      async () => isThere,
    );
    expect(await pace.begin()).toBe(isThere);
    expect(pace.pause()).toBe(isThere ? LONGEST_PAUSE_MS : 0);
  }
  const away = new Pace(readNothing, () => Promise.reject(new Error("Redis is away")));
  expect(await away.begin()).toBe(false);
  const silent = new Pace(readNothing, () => new Promise(() => {}));
  expect(await silent.begin()).toBe(false);
});

describe("beside the counting of its rows a dump", () => {
  const start = async (isThere: boolean) => {
    const pace = new Pace(readNothing, async () => isThere);
    const counted = Promise.withResolvers<string>();
    const letGo = vi.fn();
    vi.useFakeTimers();
    const counting = pace.countAhead(() => counted.promise, letGo);
    await vi.advanceTimersByTimeAsync(1_000);
    return { pace, counted, letGo, counting };
  };

  it("is held if somebody is there, until all are counted or that takes too long; then it goes as slowly as it may", async () => {
    const { pace, counted, letGo, counting } = await start(true);
    expect(letGo).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(LONGEST_HOLD_MS);
    expect(letGo).toHaveBeenCalledTimes(1);
    for (let looks = 0; looks < 50; looks++) expect(pace.pause()).toBe(LONGEST_PAUSE_MS);
    counted.resolve("all");
    expect(await counting).toBe("all");

    const quick = await start(true);
    quick.counted.resolve("all");
    await quick.counting;
    expect(quick.letGo).toHaveBeenCalled();
  });

  it("is let go at once if nobody is there", async () => {
    const { pace, letGo } = await start(false);
    expect(letGo).toHaveBeenCalledTimes(1);
    expect(pace.pause()).toBe(0);
  });

  it("is let go where counting fails", async () => {
    const { counted, letGo, counting } = await start(true);
    counted.reject(new Error("cut"));
    await expect(counting).rejects.toThrow("cut");
    expect(letGo).toHaveBeenCalled();
  });
});

it("never waits where it is turned off", async () => {
  overrideConfig({ BACKUP_LEAVE_IDLE_PERCENT: 0 });
  try {
    expect(await watch(0.1, async () => true)).toBe(0);
    expect(await new Pace(readNothing, async () => true).begin()).toBe(false);
  } finally {
    overrideConfig({ BACKUP_LEAVE_IDLE_PERCENT: 35 });
  }
});

async function* pieces(): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < 20; at++) yield Buffer.alloc(256 * 1024, at);
}

it("hands on every byte, says once that it goes slower, and ends when it is cancelled in a pause", async () => {
  const { ctx, lines } = createTestContext();
  const slow = { begin: async () => true, pause: () => 5 };
  const passed: number[] = [];
  for await (const piece of giveWay(pieces(), ctx, slow)) passed.push(piece[0] ?? -1);
  expect(passed).toEqual(Array.from({ length: 20 }, (_, at) => at));
  expect(lines.filter((line) => line.includes("Goes slower"))).toHaveLength(1);

  const cancelled = createTestContext();
  const endless = giveWay(pieces(), cancelled.ctx, { begin: async () => true, pause: () => 2 ** 31 - 1 });
  await endless.next();
  const second = endless.next();
  cancelled.abort(new Error("cancelled"));
  await expect(second).rejects.toThrow();
});

it("knows from the web process that somebody is there, and for how long", async () => {
  const del = () => redis().del(presenceKey());
  await expect.poll(() => del().catch(() => null), { message: "Redis answers" }).not.toBeNull();
  expect(await isAnybodyPresent()).toBe(false);
  notePresence();
  await expect.poll(isAnybodyPresent).toBe(true);
  const left = await redis().pttl(presenceKey());
  expect(left).toBeGreaterThan(0);
  expect(left).toBeLessThanOrEqual(5_000);
});
