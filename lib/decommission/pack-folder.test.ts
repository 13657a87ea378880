import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { compareArchive, packFolder } from "./pack-folder.ts";

let dir = "";
let [folder, archive] = ["", ""];
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "seaworthy-pack-"));
  [folder, archive] = [join(dir, "pads"), join(dir, ".archive", "pads.tar.zst")];
  mkdirSync(join(folder, "in", "deep"), { recursive: true });
  writeFileSync(join(folder, "in", "deep", "ä note: Read me"), "kept");
  writeFileSync(join(folder, "two\nlines"), Buffer.alloc(300_000, 7));
  symlinkSync("../nowhere", join(folder, "link"));
  chmodSync(join(folder, "in"), 0o750);
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));
const signal = () => AbortSignal.timeout(30_000);

describe("a folder as an archive", () => {
  test("is packed whole, reads back with the same hash and holds every entry", async () => {
    const packed = await packFolder(folder, archive, signal());
    expect(readdirSync(join(dir, ".archive"))).toEqual(["pads.tar.zst"]);
    // The folder itself, in, deep, the note, the odd name, the link.
    expect(await compareArchive(archive, folder, signal())).toEqual({ ...packed, entries: 6 });
  });

  test.each<[string, () => void]>([
    ["a file changed", () => writeFileSync(join(folder, "in", "deep", "ä note: Read me"), "other")],
    ["a file is missing", () => rmSync(join(folder, "link"))],
    ["a file came later", () => writeFileSync(join(folder, "late"), "")],
    ["a mode changed", () => chmodSync(join(folder, "in"), 0o700)],
  ])("is refused when %s", async (_what, change) => {
    await packFolder(folder, archive, signal());
    change();
    await expect(compareArchive(archive, folder, signal())).rejects.toMatchObject({ code: "archive.differs" });
  });

  test("that was cut short is refused", async () => {
    const { sizeBytes } = await packFolder(folder, archive, signal());
    const { truncateSync } = await import("node:fs");
    truncateSync(archive, sizeBytes - 10);
    await expect(compareArchive(archive, folder, signal())).rejects.toThrow();
  });
});
