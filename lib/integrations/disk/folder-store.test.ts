import { randomBytes } from "node:crypto";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { describeStore, inPieces, listAll, never } from "../object-store/testing/contract.ts";
import { checkAborts, checkThrowingBodies, createRandom } from "../object-store/testing/faults.ts";
import { openFolderStore } from "./folder-store.ts";
import { withSmallDisk } from "./testing/small-disk.ts";

const newFolder = () => mkdtempSync(join(tmpdir(), "seaworthy-store-"));
const openNew = async () => openFolderStore({ folder: newFolder(), create: true });

describeStore("a folder", openNew);

describe("a folder that meets trouble", () => {
  test("a body that throws at any byte leaves nothing", () =>
    checkThrowingBodies({ open: openNew, partBytes: 20_000, seed: 41, times: 40 }));

  test("a put that is stopped at any byte leaves nothing", () =>
    checkAborts({ open: openNew, partBytes: 20_000, seed: 42, times: 40 }));

  test("a disk that is full at any byte leaves nothing, and says that there is no room", async () => {
    const random = createRandom(43);
    await withSmallDisk("512k", async (folder) => {
      const store = openFolderStore({ folder, create: false });
      for (let i = 0; i < 24; i++) {
        const filler = join(folder, "filler");
        writeFileSync(filler, randomBytes(4096 * random(100)));
        const body = inPieces(randomBytes(513 * 1024), 1 + random(9_000));
        await expect(store.put(`deep/${i}/object`, body, { signal: never() })).rejects.toMatchObject({
          code: "object_store.full",
          retry: "needs_person",
        });
        expect(await listAll(store, "deep")).toEqual([]);
        rmSync(filler);
      }
      expect(await store.sweep(new Date(Date.now() + 60_000), never())).toBe(0);
      expect(await store.put("deep/object", inPieces(randomBytes(9_000), 999), { signal: never() })).toEqual({
        sizeBytes: 9_000,
      });
    });
  });

  test("sweeps what a killed writer left once it is old, and not what is being written", async () => {
    const folder = newFolder();
    const store = openFolderStore({ folder, create: false });
    mkdirSync(join(folder, "wiki/staging"), { recursive: true });
    for (const name of ["old", "new"]) writeFileSync(join(folder, "wiki/staging", `.partial-${name}`), "half");
    utimesSync(join(folder, "wiki/staging/.partial-old"), new Date(0), new Date(0));
    expect(await store.sweep(new Date(Date.now() - 60_000), never())).toBe(1);
    expect(readdirSync(join(folder, "wiki/staging"))).toEqual([".partial-new"]);
    expect(await listAll(store)).toEqual([]);
  });

  test("sweeps below one folder only, when asked to", async () => {
    const folder = newFolder();
    const store = openFolderStore({ folder, create: false });
    for (const point of ["wiki/a", "wiki/ab"]) {
      mkdirSync(join(folder, point), { recursive: true });
      writeFileSync(join(folder, point, ".partial-database.sql.zst-x"), "half");
    }
    const later = new Date(Date.now() + 60_000);
    expect(await store.sweep(later, never(), "wiki/a")).toBe(1);
    expect(await store.sweep(later, never(), "wiki/nothing")).toBe(0);
    expect(readdirSync(join(folder, "wiki/ab"))).toHaveLength(1);
    await expect(store.sweep(later, never(), "../outside")).rejects.toMatchObject({ code: "object_store.bad_key" });
  });

  test("a folder that is not there is a disk that is not mounted, not one to make", async () => {
    const folder = join(newFolder(), "mnt");
    const store = openFolderStore({ folder, create: false });
    const inWords = { code: "object_store.unreachable", status: 503, message: expect.stringContaining("mounted") };
    await expect(store.put("a", inPieces(Buffer.from("x"), 1), { signal: never() })).rejects.toMatchObject(inWords);
    await expect(listAll(store)).rejects.toMatchObject(inWords);
    await expect(store.size("a", never())).rejects.toMatchObject(inWords);
  });

  test("follows no links out of itself", async () => {
    const folder = newFolder();
    symlinkSync("/etc", join(folder, "etc"));
    symlinkSync("/etc/hostname", join(folder, "hostname"));
    const store = openFolderStore({ folder, create: false });
    expect(await listAll(store)).toEqual([]);
    expect(await store.size("hostname", never())).toBeNull();
  });
});
