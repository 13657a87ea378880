import { randomBytes, randomUUID } from "node:crypto";
import { describe, expect, test } from "vitest";
import type { ObjectStore, StoredObject } from "../types.ts";

export const never = () => new AbortController().signal;

/** A body in pieces of its own sizes. */
export async function* inPieces(data: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < data.length; at += size) yield data.subarray(at, at + size);
}

export async function readAll(body: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  for await (const piece of body) pieces.push(piece);
  return Buffer.concat(pieces);
}

export async function listAll(store: ObjectStore, prefix = ""): Promise<StoredObject[]> {
  const found: StoredObject[] = [];
  for await (const one of store.list(prefix, never())) found.push(one);
  return found.sort((a, b) => a.key.localeCompare(b.key));
}

export interface ContractOptions {
  /** Where it begins a second part, if it has parts. */
  partBytes?: number;
  /** Of two that write a key at the same moment the server itself refuses one. */
  oneWriterWins?: boolean;
}

/** What every store promises, whatever it is. */
export function describeStore(name: string, open: () => Promise<ObjectStore>, options: ContractOptions = {}): void {
  const { partBytes = 64 * 1024, oneWriterWins = true } = options;
  const withStore = async (work: (store: ObjectStore, folder: string) => Promise<void>) => {
    const store = await open();
    try {
      await work(store, `contract-${randomUUID()}`);
    } finally {
      await store.close();
    }
  };
  const put = (store: ObjectStore, key: string, data: Uint8Array, piece = 7_001) =>
    store.put(key, inPieces(data, piece), { signal: never() });

  describe(`${name}, as every store`, () => {
    test("gives back what was put, of any size, and says how long it is", () =>
      withStore(async (store, folder) => {
        for (const size of [0, 1, partBytes - 1, partBytes, partBytes + 1, 3 * partBytes + 17]) {
          const data = randomBytes(size);
          const key = `${folder}/deep/er/object-${size}`;
          expect(await put(store, key, data)).toEqual({ sizeBytes: size });
          expect(await store.size(key, never())).toBe(size);
          expect((await readAll(store.get(key, never()))).equals(data)).toBe(true);
        }
      }));

    test("never overwrites", () =>
      withStore(async (store, folder) => {
        const key = `${folder}/object`;
        await put(store, key, Buffer.from("first"));
        for (const data of [Buffer.from("second"), randomBytes(2 * partBytes)])
          await expect(put(store, key, data)).rejects.toMatchObject({ code: "object_store.exists", status: 409 });
        expect(String(await readAll(store.get(key, never())))).toBe("first");
        expect(await listAll(store, folder)).toHaveLength(1);
      }));

    if (oneWriterWins)
      test("lets one of two writers of a key win, whole", () =>
        withStore(async (store, folder) => {
          const key = `${folder}/object`;
          const bodies = [randomBytes(2 * partBytes), randomBytes(2 * partBytes)];
          const ends = await Promise.allSettled(bodies.map((data) => put(store, key, data)));
          expect(ends.filter((end) => end.status === "fulfilled")).toHaveLength(1);
          const winner = bodies[ends.findIndex((end) => end.status === "fulfilled")] ?? Buffer.alloc(0);
          expect((await readAll(store.get(key, never()))).equals(winner)).toBe(true);
        }));

    test("says that an object is missing", () =>
      withStore(async (store, folder) => {
        expect(await store.size(`${folder}/none`, never())).toBeNull();
        await expect(readAll(store.get(`${folder}/none`, never()))).rejects.toMatchObject({
          code: "object_store.missing",
          retry: "permanent",
        });
      }));

    test("refuses keys that lead elsewhere", () =>
      withStore(async (store) => {
        for (const key of ["", "/etc/passwd", "a/../../b", "a//b", "a/", "./a", "a\0b", "x/.partial-y"]) {
          await expect(put(store, key, Buffer.from("x"))).rejects.toMatchObject({ code: "object_store.bad_key" });
          await expect(store.remove([key], never())).rejects.toMatchObject({ code: "object_store.bad_key" });
        }
      }));

    test("lists what is below a folder and nothing beside it", () =>
      withStore(async (store, folder) => {
        const keys = [`${folder}/a/one`, `${folder}/a/two words`, `${folder}/ab/three`];
        for (const key of keys) await put(store, key, Buffer.from(key));
        const found = await listAll(store, `${folder}/a`);
        expect(found.map((one) => one.key)).toEqual(keys.slice(0, 2));
        expect(found[0]).toMatchObject({ sizeBytes: Buffer.byteLength(keys[0] ?? ""), modifiedAt: expect.any(Date) });
        expect((await listAll(store)).map((one) => one.key)).toEqual(expect.arrayContaining(keys));
        expect(await listAll(store, `${folder}/none`)).toEqual([]);
      }));

    test("removes, again and again", () =>
      withStore(async (store, folder) => {
        const keys = [`${folder}/x/one`, `${folder}/x/two`];
        for (const key of keys) await put(store, key, Buffer.from("x"));
        for (let i = 0; i < 2; i++) await store.remove([...keys, `${folder}/never`], never());
        expect(await listAll(store, folder)).toEqual([]);
        await store.remove([], never());
      }));

    test("an aborted read ends", () =>
      withStore(async (store, folder) => {
        await put(store, `${folder}/object`, randomBytes(3 * partBytes));
        const abort = new AbortController();
        const reading = (async () => {
          for await (const _ of store.get(`${folder}/object`, abort.signal)) abort.abort(new Error("enough"));
        })();
        await expect(reading).rejects.toThrow();
      }));
  });
}
