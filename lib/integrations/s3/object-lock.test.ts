import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { inPieces, never } from "../object-store/testing/contract.ts";
import type { ObjectStore } from "../object-store/types.ts";
import { openS3Store } from "./s3-store.ts";
import { startVersionedServer, type VersionedServer } from "./testing/versioned-server.ts";

let server: VersionedServer;
let store: ObjectStore;
const until = new Date(Date.now() + 86_400_000);

beforeAll(async () => {
  server = await startVersionedServer();
  store = openS3Store({
    ...{ endpoint: server.endpoint, region: "us-east-1", bucket: "backups", prefix: "panel" },
    ...{ accessKeyId: "AKIATEST", secretAccessKey: "secret", pathStyle: true, stallMs: 3_000 },
    ...{ checksums: false, conditionalWrites: true },
  });
});
afterAll(async () => {
  await store?.close();
  await server?.close();
});
beforeEach(() => {
  server.versions.splice(0);
});
const version = (key: string, versionId: string, more = {}) => ({ key, versionId, isMarker: false, ...more });

test("removes every version of an object and its markers, and nothing whose name only begins the same", async () => {
  server.versions.push(
    version("panel/a", "1"),
    version("panel/a", "2"),
    version("panel/a", "3", { isMarker: true }),
    version("panel/a.age", "4"),
  );
  await store.remove(["a"], never());
  expect(server.versions.map(({ versionId }) => versionId)).toEqual(["4"]);
  await store.remove(["a"], never());
});

test("says that an object is locked, and until when", async () => {
  server.versions.push(version("panel/a", "1", { lockedUntil: until }));
  await expect(store.remove(["a"], never())).rejects.toMatchObject({
    code: "object_store.locked",
    retry: "permanent",
    message: expect.stringContaining(until.toISOString().slice(0, 19)),
  });
  expect(server.versions).toHaveLength(1);
});

test("locks an object in compliance mode, with a checksum as such requests must have", async () => {
  await store.put("b", inPieces(Buffer.from("whole"), 2), { signal: never(), lockUntil: until }).catch(() => {});
  expect(server.puts.at(-1)).toMatchObject({
    "x-amz-object-lock-mode": "COMPLIANCE",
    "x-amz-object-lock-retain-until-date": expect.stringContaining(until.toISOString().slice(0, 19)),
    "x-amz-checksum-crc32": expect.any(String),
    "if-none-match": "*",
  });
});
