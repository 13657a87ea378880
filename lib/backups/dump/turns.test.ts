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
  const taken = [first, second].map(({ start }) => takeTurn("backup", createTestContext().ctx, start));
  const last = takeTurn("backup", waits.ctx, third.start);
  await expect.poll(() => began).toEqual(["first", "second"]);
  expect(waits.lines).toContain("i Waits its turn behind 2 backups");
  second.end();
  await expect.poll(() => began).toEqual(["first", "second", "third"]);
  third.end();
  first.end();
  expect(await Promise.all([...taken, last])).toEqual(["first", "second", "third"]);
  await expect(takeTurn("backup", createTestContext().ctx, () => Promise.reject(new Error("full")))).rejects.toThrow(
    "full",
  );
  expect(await takeTurn("backup", createTestContext().ctx, async () => "next")).toBe("next");
});

test("who is cancelled while waiting waits no longer, and takes nobody's turn", async () => {
  const began: string[] = [];
  const [first, second, third] = ["first", "second", "third"].map((name) => work(name, began));
  if (!first || !second || !third) throw new Error("three were made");
  const taken = [first, second].map(({ start }) => takeTurn("backup", createTestContext().ctx, start));
  const cancelled = createTestContext();
  const last = takeTurn("backup", cancelled.ctx, third.start);
  cancelled.abort();
  await expect(last).rejects.toThrow();
  first.end();
  second.end();
  await Promise.all(taken);
  expect(began).toEqual(["first", "second"]);
});

test("proofs wait for each other and for no backup, nor a backup for them; where memory is short there is one at a time", async () => {
  overrideConfig({ BACKUP_PARALLEL: 1, BACKUP_SCRATCH_MEMORY_MB: 1_000_000_000 });
  const began: string[] = [];
  const [proof, next, backup] = ["proof", "next", "backup"].map((name) => work(name, began));
  if (!proof || !next || !backup) throw new Error("three were made");
  const waits = createTestContext();
  const all = [
    takeTurn("proof", createTestContext().ctx, proof.start),
    takeTurn("proof", waits.ctx, next.start),
    takeTurn("backup", createTestContext().ctx, backup.start),
  ];
  await expect.poll(() => began).toEqual(["proof", "backup"]);
  expect(waits.lines).toEqual(["i Waits its turn behind 1 proof"]);
  expect(waits.progress).toEqual(["Waits its turn behind 1 proof"]);
  proof.end();
  await expect.poll(() => began).toEqual(["proof", "backup", "next"]);
  next.end();
  backup.end();
  expect(await Promise.all(all)).toEqual(["proof", "next", "backup"]);
  overrideConfig({ BACKUP_PARALLEL: 2 });
});

test("who is cancelled at work is waited for until it has cleared away", async () => {
  const began: string[] = [];
  const only = work("only", began);
  const cancelled = createTestContext();
  let isOver = false;
  const taken = takeTurn("backup", cancelled.ctx, only.start).finally(() => {
    isOver = true;
  });
  await expect.poll(() => began).toEqual(["only"]);
  cancelled.abort();
  await new Promise((resolve) => setImmediate(resolve));
  expect(isOver).toBe(false);
  only.end();
  expect(await taken).toBe("only");
});
