import { describe, expect, it, vi } from "vitest";
import { createBatcher } from "./batcher.ts";

describe("a batcher", () => {
  it("sends calls made together in one batch, and each gets its own answer", async () => {
    const sizes: number[] = [];
    const double = createBatcher<number, number>(async (items) => {
      sizes.push(items.length);
      return items.map((item) => item * 2);
    });
    expect(await Promise.all([1, 2, 3].map(double))).toEqual([2, 4, 6]);
    expect(sizes).toEqual([3]);
  });

  it("gathers what comes while a batch is under way, up to its limit", async () => {
    const sizes: number[] = [];
    const call = createBatcher<number, number>(
      async (items) => {
        sizes.push(items.length);
        await new Promise((resolve) => setTimeout(resolve, 5));
        return items;
      },
      { maxItems: 3 },
    );
    const first = call(0);
    await vi.waitUntil(() => sizes.length === 1);
    await Promise.all([first, ...[1, 2, 3, 4].map(call)]);
    expect(sizes).toEqual([1, 3, 1]);
  });

  it("fails only the item that is to blame", async () => {
    const call = createBatcher<number, number>(async (items) => {
      if (items.includes(2)) throw new Error("two");
      return items;
    });
    const results = await Promise.allSettled([1, 2, 3].map(call));
    expect(results.map((result) => result.status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
  });

  it("gives up a batch that hangs, and goes on with the next", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    let hang = true;
    const call = createBatcher<number, number>((items) => (hang ? new Promise(() => {}) : Promise.resolve(items)));
    const stuck = expect(call(1)).rejects.toThrow("did not end within 45 seconds");
    await new Promise((resolve) => setImmediate(resolve));
    await new Promise((resolve) => setImmediate(resolve));
    hang = false;
    await vi.advanceTimersByTimeAsync(46_000);
    await stuck;
    expect(await call(2)).toBe(2);
    vi.useRealTimers();
  });
});
