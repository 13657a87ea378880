import { randomBytes, randomUUID } from "node:crypto";
import { CreateMultipartUploadCommand } from "@aws-sdk/client-s3";
import { afterAll, describe, expect, test } from "vitest";
import { describeStore, inPieces, listAll, never, readAll } from "../object-store/testing/contract.ts";
import { bodyWith, checkAborts, checkThrowingBodies } from "../object-store/testing/faults.ts";
import { openPlace, type S3StoreOptions } from "./client.ts";
import { choosePartBytes, PARTS } from "./put-object.ts";
import { openS3Store } from "./s3-store.ts";
import { openTestBucket, PART_BYTES } from "./testing/open-bucket.ts";
import { openRadosgw, PAGE_KEYS } from "./testing/open-radosgw.ts";

const fake = await openTestBucket();
const server = await openRadosgw();
afterAll(async () => {
  await fake.close();
  await server.close();
});

describe.each([
  { name: "s3rver", options: fake.options },
  // It forgets the condition where parts are joined, and in a bucket that keeps versions.
  { name: "radosgw", options: await server.openBucket(), oneWriterWins: false },
  { name: "radosgw with versions", options: await server.openBucket({ objectLock: true }), oneWriterWins: false },
  {
    name: "radosgw with checksums",
    options: { ...(await server.openBucket()), checksums: true },
    oneWriterWins: false,
  },
])("a bucket of $name", ({ name, options, oneWriterWins = true }) => {
  const open = async () => openS3Store(options);

  describeStore(name, open, { partBytes: PART_BYTES, oneWriterWins });

  test("a body that throws at any byte leaves no object and no unfinished upload", () =>
    checkThrowingBodies({ open, partBytes: PART_BYTES, seed: 51, times: 24 }));

  test("a put that is stopped at any byte leaves no object and no unfinished upload", () =>
    checkAborts({ open, partBytes: PART_BYTES, seed: 52, times: 24 }));

  test("what another has put meanwhile is not overwritten, however the object goes up", async () => {
    const store = await open();
    for (const data of [randomBytes(100), randomBytes(3 * PART_BYTES)]) {
      const key = `${randomUUID()}/object`;
      const body = bodyWith(data, data.length, async () => {
        await store.put(key, inPieces(Buffer.from("another's"), 9), { signal: never() });
      });
      await expect(store.put(key, body, { signal: never() })).rejects.toMatchObject({ code: "object_store.exists" });
      expect(String(await readAll(store.get(key, never())))).toBe("another's");
    }
    expect(await store.sweep(new Date(Date.now() + 60_000), never())).toBe(0);
    await store.close();
  });

  test("keeps to its prefix", async () => {
    const [all, ours] = [openS3Store({ ...options, prefix: "" }), await open()];
    await all.put("of/panel-2/object", inPieces(Buffer.from("x"), 1), { signal: never() });
    await ours.put("object", inPieces(Buffer.from("y"), 1), { signal: never() });
    expect((await listAll(ours)).map(({ key }) => key)).not.toContain("-2/object");
    expect((await listAll(all)).map(({ key }) => key)).toContain("of/panel/object");
  });

  test("wrong keys, an unknown bucket and nobody at the address are said in words", async () => {
    const put = (other: Partial<S3StoreOptions>) =>
      openS3Store({ ...options, ...other }).put("a", inPieces(Buffer.from("x"), 1), { signal: never() });
    const refused = { code: "object_store.refused", retry: "needs_person" };
    const unknown = { ...refused, message: expect.stringContaining("the access key is not known there") };
    await expect(put({ accessKeyId: "wrong" })).rejects.toMatchObject(unknown);
    // s3rver has never heard of signatures that are wrong in part.
    if (name !== "s3rver") await expect(put({ secretAccessKey: "wrong" })).rejects.toMatchObject(unknown);
    await expect(put({ bucket: "nobodys" })).rejects.toMatchObject({
      ...refused,
      message: "The target refused to store a: there is no such bucket.",
    });
    await expect(put({ endpoint: "http://127.0.0.1:1" })).rejects.toMatchObject({
      code: "object_store.unreachable",
      retry: "retry",
    });
  });
});

const options = await server.openBucket();

describe("a bucket of a server that answers in pages", () => {
  const open = async () => openS3Store(options);

  test("lists and removes more objects than fit into an answer", async () => {
    const [store, folder] = [await open(), randomUUID()];
    const keys = Array.from({ length: 3 * PAGE_KEYS + 1 }, (_, nth) => `${folder}/${String(nth).padStart(2, "0")}`);
    for (const key of keys) await store.put(key, inPieces(Buffer.from(key), 9), { signal: never() });
    expect((await listAll(store, folder)).map(({ key }) => key)).toEqual(keys);
    await store.remove([...keys, `${folder}/never`], never());
    expect(await listAll(store, folder)).toEqual([]);
    await store.close();
  });

  test("ends more unfinished uploads than fit into an answer, and only those below the folder that began before", async () => {
    const [store, folder, client] = [await open(), randomUUID(), openPlace(options).client];
    const begin = (key: string) =>
      client.send(
        new CreateMultipartUploadCommand({ Bucket: options.bucket, Key: `${options.prefix}/${folder}/${key}` }),
      );
    for (let nth = 0; nth < 2 * PAGE_KEYS + 1; nth++) await begin(`of/${nth}`);
    for (const key of ["of/0", "off/0"]) await begin(key);
    expect(await store.sweep(new Date(Date.now() - 60_000), never(), folder)).toBe(0);
    const later = new Date(Date.now() + 60_000);
    expect(await store.sweep(later, never(), `${folder}/of`)).toBe(2 * PAGE_KEYS + 2);
    expect(await store.sweep(later, never(), folder)).toBe(1);
    client.destroy();
    await store.close();
  });
});

test("parts as large as Amazon wants them go up to a real server", async () => {
  const { partBytes: _, ...options } = await server.openBucket();
  const store = openS3Store(options);
  const data = randomBytes(11 * 1024 ** 2);
  const put = { signal: never(), estimateBytes: data.length };
  expect(await store.put("large", inPieces(data, 300_007), put)).toEqual({ sizeBytes: data.length });
  expect((await readAll(store.get("large", never()))).equals(data)).toBe(true);
  await store.close();
});

test("what becomes too long for its parts is said so, leaves nothing, and goes up in larger ones", async () => {
  const most = PARTS.max;
  Object.assign(PARTS, { max: 4 });
  try {
    const store = openS3Store(await server.openBucket());
    const data = randomBytes(4 * PART_BYTES + 1);
    const put = (size: number, estimateBytes = 0) =>
      store.put("long", inPieces(data.subarray(0, size), 10_007), { signal: never(), estimateBytes });
    await expect(put(data.length)).rejects.toMatchObject({
      ...{ code: "object_store.outgrown", retry: "retry", sizeBytes: 4 * PART_BYTES },
      message: expect.stringContaining("store long"),
    });
    expect(await store.size("long", never())).toBeNull();
    expect(await store.sweep(new Date(Date.now() + 60_000), never())).toBe(0);
    expect(await put(data.length, 2 * 4 * PART_BYTES)).toEqual({ sizeBytes: data.length });
    await store.remove(["long"], never());
    expect(await put(data.length - 1)).toEqual({ sizeBytes: data.length - 1 });
    await store.close();
  } finally {
    Object.assign(PARTS, { max: most });
  }
});

test("parts are so large that ten thousand hold half again the estimate", () => {
  const mib = 1024 ** 2;
  expect(choosePartBytes(0)).toBe(16 * mib);
  expect(choosePartBytes(600 * mib)).toBe(5 * mib);
  expect(choosePartBytes(1024 ** 4) * 10_000).toBeGreaterThanOrEqual(1.5 * 1024 ** 4);
});
