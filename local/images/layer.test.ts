import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { packLayer, readCachedLayer } from "./layer.ts";

let dir = "";
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "seaworthy-layer-"));
  mkdirSync(join(dir, "tree/www"), { recursive: true });
  writeFileSync(join(dir, "tree/www/index.html"), "hello");
});
afterEach(() => rmSync(dir, { recursive: true }));

const pack = (key: string) => packLayer(join(dir, "tree"), dir, key);

it("gives the same content the same digest, whenever its files were written", async () => {
  const first = await pack("first");
  utimesSync(join(dir, "tree/www/index.html"), 1, 1);
  expect(await pack("second")).toMatchObject({ digest: first.digest, diffId: first.diffId });
});

it("gives other content another digest", async () => {
  const first = await pack("first");
  writeFileSync(join(dir, "tree/www/index.html"), "other");
  expect((await pack("second")).digest).not.toBe(first.digest);
});

it("finds a layer again, unless its archive was cut short", async () => {
  expect(readCachedLayer(dir, "key")).toBeUndefined();
  const layer = await pack("key");
  expect(readCachedLayer(dir, "key")).toEqual(layer);
  writeFileSync(layer.file, "");
  expect(readCachedLayer(dir, "key")).toBeUndefined();
});
