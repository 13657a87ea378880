import { createHash } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { createPartialFile, findFileSize, readWholeFile, removeFiles, writeWholeFile } from "./files.ts";
import { withSmallDisk } from "./testing/small-disk.ts";

const newFolder = () => mkdtempSync(join(tmpdir(), "seaworthy-disk-"));

describe("a partial file", () => {
  test("has its name only once it is whole, with the hash and size of what was written", async () => {
    const folder = newFolder();
    const path = join(folder, "deep", "er", "file");
    const file = await createPartialFile(path);
    await file.write(Buffer.from("one "));
    await file.write(Buffer.from("two"));
    expect(await findFileSize(path)).toBeNull();
    await file.commit();
    expect(readFileSync(path, "utf8")).toBe("one two");
    expect([file.sizeBytes, file.sha256]).toEqual([7, createHash("sha256").update("one two").digest("hex")]);
    await file.discard();
    expect(await findFileSize(path)).toBe(7);
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
