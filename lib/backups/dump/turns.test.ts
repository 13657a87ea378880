import { afterAll, beforeAll, expect, test } from "vitest";
import { overrideConfig } from "#lib/platform/config/config.ts";
import { createTestContext } from "#lib/steps/testing/context.ts";
import { applyTestEnv } from "#local/test-world.ts";
import { takeTurn } from "./turns.ts";

beforeAll(() => {
  applyTestEnv();
  overrideConfig({ BACKUP_PARALLEL: 2 });
});
afterAll(() => overrideConfig(undefined));

/** Work that ends when it is told to. */
function work(name: string, began: string[]) {
  const { promise, resolve } = Promise.withResolvers<string>();
  const start = () => {
    began.push(name);
    return promise;
  };
  return { start, end: () => resolve(name) };
}

test("as many as may at the same time; the next when one of them is done, whether well or not", async () => {
  const began: string[] = [];
  const [first, second, third] = ["first", "second", "third"].map((name) => work(name, began));
  if (!first || !second || !third) throw new Error("three were made");
  const waits = createTestContext();
  const taken = [first, second].map(({ start }) => takeTurn(createTestContext().ctx, start));
  const last = takeTurn(waits.ctx, third.start);
  await expect.poll(() => began).toEqual(["first", "second"]);
  expect(waits.lines).toContain("i Waits its turn: 2 backups are taken before it");
  second.end();
  await expect.poll(() => began).toEqual(["first", "second", "third"]);
  third.end();
  first.end();
  expect(await Promise.all([...taken, last])).toEqual(["first", "second", "third"]);
  await expect(takeTurn(createTestContext().ctx, () => Promise.reject(new Error("full")))).rejects.toThrow("full");
  expect(await takeTurn(createTestContext().ctx, async () => "next")).toBe("next");
});

test("who is cancelled while waiting waits no longer, and takes nobody's turn", async () => {
  const began: string[] = [];
  const [first, second, third] = ["first", "second", "third"].map((name) => work(name, began));
  if (!first || !second || !third) throw new Error("three were made");
  const taken = [first, second].map(({ start }) => takeTurn(createTestContext().ctx, start));
  const cancelled = createTestContext();
  const last = takeTurn(cancelled.ctx, third.start);
  cancelled.abort();
  await expect(last).rejects.toThrow();
  first.end();
  second.end();
  await Promise.all(taken);
  expect(began).toEqual(["first", "second"]);
});

test("who is cancelled at work is waited for until it has cleared away", async () => {
  const began: string[] = [];
  const only = work("only", began);
  const cancelled = createTestContext();
  let isOver = false;
  const taken = takeTurn(cancelled.ctx, only.start).finally(() => {
    isOver = true;
  });
  await expect.poll(() => began).toEqual(["only"]);
  cancelled.abort();
  await new Promise((resolve) => setImmediate(resolve));
  expect(isOver).toBe(false);
  only.end();
  expect(await taken).toBe("only");
});
