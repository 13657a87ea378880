import { randomBytes, randomUUID } from "node:crypto";
import { expect } from "vitest";
import { AppError } from "#lib/platform/errors.ts";
import type { ObjectStore } from "../types.ts";
import { listAll, never, readAll } from "./contract.ts";

/** Numbers that look random and are the same in every run of the same seed: a failure can be run again. */
export function createRandom(seed: number): (below: number) => number {
  let state = seed >>> 0 || 1;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    state >>>= 0;
    return state % below;
  };
}

/** A body that does something when it comes to a byte. */
export async function* bodyWith(data: Uint8Array, at: number, act: () => void | Promise<void>, piece = 5_003) {
  let acted = false;
  for (let from = 0; from < data.length; from += piece) {
    if (!acted && from + piece > at) {
      acted = true;
      await act();
    }
    yield data.subarray(from, from + piece);
  }
  if (!acted) await act();
}

export interface FaultOptions {
  open: () => Promise<ObjectStore>;
  /** Where the store begins a second part. */
  partBytes: number;
  seed: number;
  times?: number;
}

const bodyError = () =>
  new AppError({ code: "backups.dump_cut", message: "The dump ended before its end.", retry: "retry" });

/** Nothing under the key, nothing begun left over. `swept`: what a sweep still finds is taken away and was never an object. */
export async function expectNothing(store: ObjectStore, folder: string): Promise<void> {
  expect(await listAll(store, folder)).toEqual([]);
}

/** A body that throws at any byte leaves nothing, and its own error comes out. */
export async function checkThrowingBodies({ open, partBytes, seed, times = 20 }: FaultOptions): Promise<void> {
  const random = createRandom(seed);
  const store = await open();
  const folder = `throws-${randomUUID()}`;
  try {
    for (let i = 0; i < times; i++) {
      const data = randomBytes(1 + random(4 * partBytes));
      const at = i % 4 === 0 ? data.length : random(data.length);
      const body = bodyWith(data, at, () => {
        throw bodyError();
      });
      const why = `seed ${seed}, round ${i}: threw at ${at} of ${data.length}`;
      await expect(store.put(`${folder}/${i}`, body, { signal: never() }), why).rejects.toMatchObject({
        code: "backups.dump_cut",
      });
    }
    await expectNothing(store, folder);
    expect(await store.sweep(new Date(Date.now() + 60_000), never()), "uploads left open").toBe(0);
  } finally {
    await store.close();
  }
}

/** A person stops it at any moment: nothing is left, and what is thrown is the reason of the stop. */
export async function checkAborts({ open, partBytes, seed, times = 20 }: FaultOptions): Promise<void> {
  const random = createRandom(seed);
  const store = await open();
  const folder = `aborts-${randomUUID()}`;
  try {
    for (let i = 0; i < times; i++) {
      const abort = new AbortController();
      const data = randomBytes(1 + random(4 * partBytes));
      const at = random(data.length + 1);
      const body = bodyWith(data, at, () => abort.abort(new Error("stopped by a person")));
      const putting = store.put(`${folder}/${i}`, body, { signal: abort.signal });
      await expect(putting, `seed ${seed}, round ${i}`).rejects.toThrow(/stopped by a person/);
    }
    await expectNothing(store, folder);
    expect(await store.sweep(new Date(Date.now() + 60_000), never()), "uploads left open").toBe(0);
  } finally {
    await store.close();
  }
}

/** After a fault: the object is there whole and `put` said so, or it is not there at all and the error is one of the codes. */
export async function checkPut(
  options: { through: ObjectStore; beside: ObjectStore; key: string; data: Buffer; codes: RegExp; why: string },
  fault: () => void,
  at: number,
): Promise<"stored" | "failed"> {
  const { through, beside, key, data, codes, why } = options;
  const end = await through.put(key, bodyWith(data, at, fault), { signal: never() }).then(
    () => "stored" as const,
    (error: unknown) => error,
  );
  if (end === "stored") {
    expect((await readAll(beside.get(key, never()))).equals(data), why).toBe(true);
    return "stored";
  }
  expect(end, why).toBeInstanceOf(AppError);
  if (!(end instanceof AppError)) throw end;
  expect(end.code, `${why}: ${end.message} (${end.detail})`).toMatch(codes);
  const size = await beside.size(key, never());
  // When the store does not even answer to be cleaned, that is said, and what stands there is whole.
  if (size !== null && end.message.includes("could not be taken away"))
    expect((await readAll(beside.get(key, never()))).equals(data), why).toBe(true);
  else expect(size, `${why}: an object stands there: ${end.message}`).toBeNull();
  return "failed";
}
