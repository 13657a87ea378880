import { randomBytes, randomUUID } from "node:crypto";
import { afterAll, describe, expect, test } from "vitest";
import { startChaosLine } from "../object-store/testing/chaos-line.ts";
import { inPieces, listAll, never, readAll } from "../object-store/testing/contract.ts";
import { bodyWith, checkPut, createRandom } from "../object-store/testing/faults.ts";
import { openS3Store } from "./s3-store.ts";
import { s3Error, startFailingFront } from "./testing/failing-front.ts";
import { PART_BYTES } from "./testing/open-bucket.ts";
import { openRadosgw } from "./testing/open-radosgw.ts";

const server = await openRadosgw();
const options = await server.openBucket();
const { hostname, port } = new URL(options.endpoint ?? "");
const line = await startChaosLine({ host: hostname, port: Number(port) });
const front = await startFailingFront(options.endpoint ?? "");
const beside = openS3Store(options);
afterAll(async () => {
  await beside.close();
  await line.close();
  await front.close();
  await server.close();
});

const TROUBLE = /^object_store\.(unreachable|stalled|failed)$/;
const isStored = (end: unknown): boolean => typeof end === "object" && end !== null && "sizeBytes" in end;
const later = () => new Date(Date.now() + 60_000);

/** An object of random size put through a line on which something happens once the body has come to a random byte. */
async function putThrough(
  name: string,
  seed: number,
  times: number,
  make: (random: (below: number) => number) => void,
) {
  const random = createRandom(seed);
  const folder = `${name}-${randomUUID()}`;
  const ends = { stored: 0, failed: 0 };
  for (let i = 0; i < times; i++) {
    const through = openS3Store({ ...options, endpoint: `http://127.0.0.1:${line.port}`, stallMs: 450 });
    const data = randomBytes(1 + random(4 * PART_BYTES));
    const why = `${name}, seed ${seed}, round ${i}, ${data.length} bytes`;
    const key = `${folder}/${i}`;
    const end = await checkPut(
      { through, beside, key, data, codes: TROUBLE, why },
      () => make(random),
      random(data.length),
    );
    ends[end] += 1;
    line.mend();
    await through.close();
  }
  await beside.sweep(later(), never());
  expect(await beside.sweep(later(), never()), "uploads left open after a sweep").toBe(0);
  return ends;
}

describe("an S3 server behind a bad line", () => {
  test("cut once at any byte, of a request or of an answer", async () => {
    for (const direction of ["up", "down"] as const)
      await putThrough(`cut-${direction}`, 61, 24, (random) =>
        line.make({ direction, act: "cut", times: 1, after: random(direction === "up" ? 2 * PART_BYTES : 1_500) }),
      );
  });

  test("cut again and again for a while", async () => {
    for (const direction of ["up", "down"] as const)
      await putThrough(`cuts-${direction}`, 62, 20, (random) =>
        line.make({ direction, act: "cut", times: 2 + random(5), after: random(2_000) }),
      );
  });

  test("hangs at any byte: the put is given up in time, or gets through on another line", async () => {
    for (const direction of ["up", "down"] as const)
      await putThrough(`hang-${direction}`, 63, 20, (random) =>
        line.make({ direction, act: "hang", times: 1 + random(4), after: random(direction === "up" ? 60_000 : 1_500) }),
      );
  });

  test("gone for good: an error in time, never half an object, and nothing that a sweep does not end", async () => {
    const random = createRandom(64);
    const folder = `gone-${randomUUID()}`;
    for (let i = 0; i < 20; i++) {
      const through = openS3Store({ ...options, endpoint: `http://127.0.0.1:${line.port}`, stallMs: 450 });
      const data = randomBytes(1 + random(4 * PART_BYTES));
      const body = bodyWith(data, random(data.length), () =>
        line.make({ direction: random(2) ? "up" : "down", act: "cut", times: Infinity, after: random(900) }),
      );
      const key = `${folder}/${i}`;
      const end = await through.put(key, body, { signal: never() }).catch((error: unknown) => error);
      if (!isStored(end))
        expect(end, `round ${i}`).toMatchObject({ code: expect.stringMatching(TROUBLE), retry: "retry" });
      line.mend();
      const size = await beside.size(key, never());
      // Stored at the very end, with nobody left to say so: whole, and found as an orphan.
      if (size !== null) expect((await readAll(beside.get(key, never()))).equals(data)).toBe(true);
      await through.close();
    }
    await beside.sweep(later(), never());
    expect(await beside.sweep(later(), never())).toBe(0);
  });

  test("a read goes on where the line broke, and gives every byte once", async () => {
    const random = createRandom(65);
    const key = `read-${randomUUID()}`;
    const data = randomBytes(400_000);
    await beside.put(key, inPieces(data, 9_999), { signal: never() });
    const through = openS3Store({ ...options, endpoint: `http://127.0.0.1:${line.port}`, stallMs: 900 });
    for (let i = 0; i < 20; i++) {
      line.make({ direction: "down", act: i % 4 === 0 ? "hang" : "cut", times: 1 + random(3), after: random(390_000) });
      expect((await readAll(through.get(key, never()))).equals(data), `round ${i}`).toBe(true);
    }
    line.make({ direction: "down", act: "cut", times: Infinity, after: 2_000 });
    await expect(readAll(through.get(key, never()))).resolves.toHaveLength(data.length);
    line.make({ direction: "down", act: "cut", times: Infinity, after: 20 });
    await expect(readAll(through.get(key, never()))).rejects.toMatchObject({ code: expect.stringMatching(TROUBLE) });
    await through.close();
  });
});

describe("an S3 server that refuses", () => {
  const open = (more: Partial<typeof options> = {}) => openS3Store({ ...options, endpoint: front.endpoint, ...more });

  test("500 and 503 at any request", async () => {
    const random = createRandom(66);
    const folder = `status-${randomUUID()}`;
    for (let i = 0; i < 24; i++) {
      const through = open();
      const data = randomBytes(1 + random(4 * PART_BYTES));
      const [from, count] = [random(9), 1 + random(5)];
      let seen = 0;
      front.decide = () => {
        const isHit = seen >= from && seen < from + count;
        seen += 1;
        return isHit ? s3Error(i % 4 ? 500 : 503, i % 4 ? "InternalError" : "SlowDown") : null;
      };
      const why = `round ${i}: requests ${from} to ${from + count}`;
      await checkPut(
        { through, beside, key: `${folder}/${i}`, data, codes: /^object_store\.(failed|unreachable)$/, why },
        () => {},
        0,
      );
      await through.close();
    }
    front.decide = () => null;
    await beside.sweep(later(), never());
    expect(await beside.sweep(later(), never())).toBe(0);
  });

  test("each answer has its words and says whether to try again", async () => {
    const answers = [
      [403, "SignatureDoesNotMatch", "object_store.refused", "needs_person"],
      [403, "AccessDenied", "object_store.refused", "needs_person"],
      [404, "NoSuchBucket", "object_store.refused", "needs_person"],
      [404, "NoSuchUpload", "object_store.failed", "retry"],
      [400, "AuthorizationHeaderMalformed", "object_store.refused", "needs_person"],
      [507, "XMinioStorageFull", "object_store.full", "needs_person"],
      [403, "QuotaExceeded", "object_store.full", "needs_person"],
      [501, "NotImplemented", "object_store.refused", "needs_person"],
      [503, "SlowDown", "object_store.failed", "retry"],
      [500, "InternalError", "object_store.failed", "retry"],
      [418, "Teapot", "object_store.refused", "needs_person"],
    ] as const;
    for (const [status, name, code, retry] of answers) {
      const through = open();
      front.decide = (request) => (request.method === "PUT" ? s3Error(status, name) : null);
      const key = `answers/${name}`;
      const putting = through.put(key, inPieces(Buffer.from("x"), 1), { signal: never() });
      await expect(putting, name).rejects.toMatchObject({ code, retry });
      expect(await beside.size(key, never())).toBeNull();
      await through.close();
    }
    front.decide = () => null;
  });

  test("a server that stored less than was sent is caught, and what it stored goes", async () => {
    const through = open();
    const key = `short-${randomUUID()}`;
    let puts = 0;
    front.decide = (request) => {
      if (request.method === "PUT") puts += 1;
      const isHead = request.method === "HEAD" && puts > 0;
      return isHead
        ? { status: 200, body: "", headers: { "content-length": "3", "x-amz-meta-seaworthy-upload": "" } }
        : null;
    };
    await expect(through.put(key, inPieces(Buffer.from("four"), 1), { signal: never() })).rejects.toMatchObject({
      code: "object_store.failed",
      message: expect.stringContaining("4 bytes were sent and it holds 3"),
    });
    front.decide = () => null;
    await through.close();
    await beside.remove([key], never());
  });

  test("a server that let another overwrite the object is caught, and the other's stays", async () => {
    const through = open();
    const key = `overwritten-${randomUUID()}`;
    let isPut = false;
    front.decide = (request) => {
      isPut ||= request.method === "PUT";
      const headers = { "content-length": "4", "x-amz-meta-seaworthy-upload": randomUUID() };
      return isPut && request.method === "HEAD" ? { status: 200, body: "", headers } : null;
    };
    await expect(through.put(key, inPieces(Buffer.from("four"), 1), { signal: never() })).rejects.toMatchObject({
      code: "object_store.exists",
    });
    front.decide = () => null;
    await through.close();
    expect(await beside.size(key, never())).toBe(4);
  });

  test("without conditional writes an object that is there is still not overwritten", async () => {
    const store = openS3Store({ ...options, conditionalWrites: false });
    const key = `plain-${randomUUID()}`;
    await store.put(key, inPieces(Buffer.from("first"), 2), { signal: never() });
    await expect(store.put(key, inPieces(Buffer.from("second"), 2), { signal: never() })).rejects.toMatchObject({
      code: "object_store.exists",
    });
    expect(String(await readAll(store.get(key, never())))).toBe("first");
    expect((await listAll(store, "plain")).length).toBe(0);
    await store.close();
  });
});
