import { randomBytes, randomUUID } from "node:crypto";
import {
  DeleteObjectCommand,
  HeadObjectCommand,
  ListObjectVersionsCommand,
  PutObjectCommand,
  PutObjectRetentionCommand,
} from "@aws-sdk/client-s3";
import { afterAll, beforeAll, expect, test } from "vitest";
import { inPieces, listAll, never } from "../object-store/testing/contract.ts";
import { checkAborts, checkThrowingBodies } from "../object-store/testing/faults.ts";
import type { ObjectStore } from "../object-store/types.ts";
import type { S3StoreOptions } from "./client.ts";
import { openS3Store } from "./s3-store.ts";
import { s3Error, startFailingFront } from "./testing/failing-front.ts";
import { openTestBucket, PART_BYTES } from "./testing/open-bucket.ts";
import { openRadosgw, PAGE_KEYS, type TestRadosgw } from "./testing/open-radosgw.ts";

let server: TestRadosgw;
let options: S3StoreOptions;
let store: ObjectStore;
beforeAll(async () => {
  server = await openRadosgw();
  options = await server.openBucket({ objectLock: true });
  store = openS3Store(options);
});
afterAll(async () => {
  await store?.close();
  await server?.close();
});

const DAY_MS = 86_400_000;
/** How long what is locked here is locked, where its end is waited for. */
const SHORT_MS = 15_000;
const whole = randomBytes(2 * PART_BYTES + 17);
const put = (key: string, data: Uint8Array, lockUntil: Date | null = null, into = store) =>
  into.put(key, inPieces(data, 7_001), { signal: never(), lockUntil });
const at = (key: string) => ({ Bucket: options.bucket, Key: `${options.prefix}/${key}` });

/** Every version and marker below a folder, as the server lists them. */
async function listVersions(folder: string) {
  const page = await server.client.send(
    new ListObjectVersionsCommand({ Bucket: options.bucket, Prefix: `${options.prefix}/${folder}` }),
  );
  const names = (found: { Key?: string }[] = []) => found.map(({ Key }) => Key?.slice(options.prefix.length + 1));
  return { versions: names(page.Versions), markers: names(page.DeleteMarkers) };
}

test.each([
  ["in one piece", Buffer.from("whole")],
  // Ceph's server forgets the lock of these: it is looked for, and put on.
  ["in parts", whole],
])("locks an object that goes up %s, so that the server refuses whoever holds the key", async (_how, data) => {
  const key = `${randomUUID()}/object`;
  const until = new Date(Date.now() + DAY_MS);
  await put(key, data, until);
  const head = await server.client.send(new HeadObjectCommand(at(key)));
  expect(head).toMatchObject({ ContentLength: data.length, ObjectLockMode: "COMPLIANCE" });
  expect(Math.abs(Number(head.ObjectLockRetainUntilDate) - until.getTime())).toBeLessThan(1_000);
  const version = { ...at(key), VersionId: head.VersionId };
  const sooner = { Mode: "COMPLIANCE", RetainUntilDate: new Date(Date.now() + 60_000) } as const;
  for (const command of [
    new DeleteObjectCommand(version),
    new DeleteObjectCommand({ ...version, BypassGovernanceRetention: true }),
    new PutObjectRetentionCommand({ ...version, Retention: sooner, BypassGovernanceRetention: true }),
  ])
    await expect(server.client.send(command as DeleteObjectCommand)).rejects.toMatchObject({ name: "AccessDenied" });
  await expect(store.remove([key], never())).rejects.toMatchObject({
    code: "object_store.locked",
    retry: "permanent",
    message: expect.stringContaining(until.toISOString().slice(0, 16)),
  });
  expect(await store.size(key, never())).toBe(data.length);
});

test("removes every version of an object and its markers, and nothing whose name only begins the same", async () => {
  const folder = randomUUID();
  const [key, other] = [`${folder}/a`, `${folder}/a.age`];
  const count = 3 * PAGE_KEYS + 1;
  for (let i = 0; i < count; i++) await server.client.send(new PutObjectCommand({ ...at(key), Body: "x" }));
  await server.client.send(new DeleteObjectCommand(at(key)));
  await put(other, Buffer.from("x"));
  expect(await listVersions(folder)).toEqual({ versions: [...Array(count).fill(key), other], markers: [key] });
  for (let i = 0; i < 2; i++) await store.remove([key], never());
  expect(await listVersions(folder)).toEqual({ versions: [other], markers: [] });
});

test("once its lock has ended, all that is left of an object goes", async () => {
  const folder = randomUUID();
  const until = new Date(Date.now() + SHORT_MS);
  const keys = [`${folder}/small`, `${folder}/parts`];
  await put(keys[0] ?? "", Buffer.from("whole"), until);
  await put(keys[1] ?? "", whole, until);
  // Somebody removes it in a console: the server hides it, and keeps it.
  await server.client.send(new DeleteObjectCommand(at(keys[0] ?? "")));
  expect(await store.size(keys[0] ?? "", never())).toBeNull();
  expect(await listVersions(folder)).toEqual({ versions: keys.toSorted(), markers: [keys[0]] });
  await expect(store.remove(keys, never())).rejects.toMatchObject({ code: "object_store.locked" });
  await expect.poll(() => store.remove(keys, never()).catch((error: unknown) => error)).toBeUndefined();
  expect(Date.now()).toBeGreaterThanOrEqual(until.getTime() - 1_000);
  expect(await listVersions(folder)).toEqual({ versions: [], markers: [] });
});

test("where Object Lock is not on, or not known, that is said in words, whatever is put, and nothing stays", async () => {
  const fake = await openTestBucket();
  for (const plain of [openS3Store(await server.openBucket()), openS3Store(fake.options)]) {
    for (const data of [Buffer.from("whole"), whole])
      await expect(put("object", data, new Date(Date.now() + DAY_MS), plain)).rejects.toMatchObject({
        code: "object_store.refused",
        retry: "needs_person",
        message: expect.stringContaining("Object Lock is not on for the bucket"),
      });
    expect(await listAll(plain)).toEqual([]);
    await plain.close();
  }
  await fake.close();
});

test("a server that knows no conditional writes is told from one that does not lock", async () => {
  const front = await startFailingFront(options.endpoint ?? "");
  const isConditional = (headers: Record<string, unknown>) => "if-none-match" in headers;
  const answers = {
    named: s3Error(501, "NotImplemented", "<Header>If-None-Match</Header>"),
    unnamed: s3Error(501, "NotImplemented"),
  };
  let answer = answers.named;
  let mayAsk = true;
  front.decide = ({ method, url, headers }) => {
    if (!mayAsk && method === "GET" && url?.includes("object-lock")) return s3Error(403, "AccessDenied");
    return isConditional(headers) ? answer : null;
  };
  const through = openS3Store({ ...options, endpoint: front.endpoint });
  const key = `${randomUUID()}/object`;
  const until = new Date(Date.now() + DAY_MS);
  const told = { code: "object_store.no_conditions", retry: "needs_person" };
  for (answer of Object.values(answers))
    for (const data of [Buffer.from("whole"), whole])
      await expect(put(key, data, until, through)).rejects.toMatchObject(told);
  answer = answers.named;
  await expect(put(key, Buffer.from("whole"), null, through)).rejects.toMatchObject(told);
  [answer, mayAsk] = [answers.unnamed, false];
  await expect(put(key, Buffer.from("whole"), until, through)).rejects.toMatchObject({
    code: "object_store.refused",
    message: expect.stringContaining("no Object Lock, or no conditional writes"),
  });
  const unconditional = openS3Store({ ...options, endpoint: front.endpoint, conditionalWrites: false });
  await put(key, Buffer.from("whole"), until, unconditional);
  expect(await store.size(key, never())).toBe(5);
  for (const one of [through, unconditional]) await one.close();
  await front.close();
});

test("a lock whose day has come asks for none", async () => {
  const key = `${randomUUID()}/object`;
  await put(key, Buffer.from("whole"), new Date(Date.now() - 1));
  await store.remove([key], never());
});

test("what is stopped when it is stored already goes with its version; under a lock it stays, and is seen", async () => {
  const front = await startFailingFront(options.endpoint ?? "");
  const through = openS3Store({ ...options, endpoint: front.endpoint });
  const folder = randomUUID();
  const stopAtTheEnd = (key: string, lockUntil: Date | null) => {
    const stop = new AbortController();
    let isPut = false;
    front.decide = (request) => {
      if (request.method === "HEAD" && isPut) stop.abort(new Error("stopped by a person"));
      isPut ||= request.method === "PUT";
      return null;
    };
    return through.put(key, inPieces(Buffer.from("whole"), 2), { signal: stop.signal, lockUntil });
  };
  await expect(stopAtTheEnd(`${folder}/free`, null)).rejects.toThrow("stopped by a person");
  const locked = stopAtTheEnd(`${folder}/locked`, new Date(Date.now() + SHORT_MS));
  await expect(locked).rejects.toThrow("stopped by a person");
  expect(await listVersions(folder)).toEqual({ versions: [`${folder}/locked`], markers: [] });
  expect((await listAll(store, folder)).map(({ key }) => key)).toEqual([`${folder}/locked`]);
  await through.close();
  await front.close();
});

test("what failed or was stopped leaves no version behind that nobody sees and everybody pays for", async () => {
  const own = await server.openBucket({ objectLock: true });
  const open = async () => openS3Store(own);
  await checkThrowingBodies({ open, partBytes: PART_BYTES, seed: 53, times: 12 });
  await checkAborts({ open, partBytes: PART_BYTES, seed: 54, times: 12 });
  const { Versions, DeleteMarkers } = await server.client.send(new ListObjectVersionsCommand({ Bucket: own.bucket }));
  expect([Versions, DeleteMarkers]).toEqual([undefined, undefined]);
});
