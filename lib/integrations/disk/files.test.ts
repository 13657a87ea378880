import { mkdtempSync, readdirSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createPartialFile, findFileSize, readWholeFile, removeFiles, writeWholeFile } from "./files.ts";
import { withSmallDisk } from "./testing/small-disk.ts";

const newFolder = () => mkdtempSync(join(tmpdir(), "seaworthy-disk-"));

describe("a partial file", () => {
  test("has its name only once it is whole, with the size of what was written", async () => {
    const folder = newFolder();
    const path = join(folder, "deep", "er", "file");
    const file = await createPartialFile(path);
    await file.write(Buffer.from("one "));
    await file.write(Buffer.from("two"));
    expect(await findFileSize(path)).toBeNull();
    await file.commit();
    expect(readFileSync(path, "utf8")).toBe("one two");
    expect(file.sizeBytes).toBe(7);
    await file.discard();
    expect(await findFileSize(path)).toBe(7);
  });

  test("holds every byte in its order, however many pieces of whatever size it came in", async () => {
    const file = join(newFolder(), "file");
    const lengths = fc.array(fc.oneof(fc.constantFrom(0, 1), fc.nat(400_000)), { maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(lengths, fc.nat(1_500), async (sizes, ones) => {
        const pieces = [...sizes, ...Array.from({ length: ones }, () => 1)].map((size, at) => Buffer.alloc(size, at));
        const partial = await createPartialFile(file);
        for (const piece of pieces) await partial.write(piece);
        await partial.commit();
        expect(readFileSync(file).equals(Buffer.concat(pieces))).toBe(true);
      }),
      { numRuns: 20 },
    );
  });

  test("leaves nothing when it is discarded, and takes the place of a killed writer's", async () => {
    const folder = newFolder();
    const path = join(folder, "file");
    const killed = await createPartialFile(path);
    await killed.write(Buffer.from("half"));
    const next = await createPartialFile(path);
    await next.write(Buffer.from("whole"));
    await next.commit();
    await killed.discard();
    expect(readdirSync(folder)).toEqual(["file"]);
    const other = await createPartialFile(join(folder, "other"));
    await other.discard();
    expect(readdirSync(folder)).toEqual(["file"]);
    await removeFiles([path, join(folder, "never")]);
    expect(readdirSync(folder)).toEqual([]);
  });

  test("a full disk and a forbidden folder are said in words", async () => {
    await withSmallDisk("32k", async (folder) => {
      await expect(writeWholeFile(join(folder, "big"), "x".repeat(100_000))).rejects.toMatchObject({
        code: "disk.full",
      });
      expect(readdirSync(folder)).toEqual([]);
    });
    await expect(writeWholeFile("/dev/null/no/such", "x")).rejects.toMatchObject({
      code: expect.stringMatching(/^disk\./),
    });
    expect(await readWholeFile(join(newFolder(), "nothing"))).toBeNull();
  });
});
