import { afterAll, beforeAll, expect, it } from "vitest";
import { overrideConfig } from "#lib/platform/config/config.ts";
import { applyTestEnv, createTestDatabase, type TestDatabase } from "#local/test-world.ts";
import { withNamedLock } from "./named-lock.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase("lock");
  applyTestEnv({ DATABASE_URL: database.url });
  overrideConfig(undefined);
});
afterAll(() => database.drop());

const never = new AbortController().signal;
const nothing = async () => {};

/** Holds the lock until it is told to let go. */
async function hold(name: string) {
  const release = Promise.withResolvers<void>();
  const held = Promise.withResolvers<void>();
  const done = withNamedLock(name, never, async () => {
    held.resolve();
    await release.promise;
  });
  await held.promise;
  return async () => {
    release.resolve();
    await done;
  };
}

it("gives up at once without a wait", async () => {
  const release = await hold("one");
  expect(await withNamedLock("one", never, nothing)).toBe(false);
  expect(await withNamedLock("other", never, nothing)).toBe(true);
  await release();
  expect(await withNamedLock("one", never, nothing)).toBe(true);
});

it("waits its turn, each in order and none together", async () => {
  const release = await hold("two");
  let inside = 0;
  let most = 0;
  const work = async () => {
    most = Math.max(most, ++inside);
    await new Promise((resolve) => setImmediate(resolve));
    inside--;
  };
  const waiting = [1, 2, 3].map(() => withNamedLock("two", never, work, { waitMs: 20_000 }));
  await release();
  expect(await Promise.all(waiting)).toEqual([true, true, true]);
  expect(most).toBe(1);
});

it("waits no longer than it was told, and not at all once cancelled", async () => {
  const release = await hold("three");
  expect(await withNamedLock("three", never, nothing, { waitMs: 50 })).toBe(false);
  const cancel = new AbortController();
  const waiting = withNamedLock("three", cancel.signal, nothing, { waitMs: 60_000 });
  cancel.abort(new Error("cancelled"));
  await expect(waiting).rejects.toThrow("cancelled");
  await release();
});
