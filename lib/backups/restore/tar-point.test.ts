import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { fromText, measureTar, writeTar } from "./tar-point.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "seaworthy-tar-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

async function collect(body: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return Buffer.concat(chunks);
}

describe("the archive of a point", () => {
  it("is one that tar reads, as long as was said before its first byte", async () => {
    const files = [fromText("a.txt", "x".repeat(512)), fromText("b.bin", "ä"), fromText("manifest.json", "{}\n")];
    const archive = await collect(writeTar(files, new Date("2026-11-21T02:00:00Z")));
    expect(archive).toHaveLength(measureTar(files));
    writeFileSync(join(folder, "point.tar"), archive);
    execFileSync("tar", ["-xf", "point.tar", "-C", folder, "--warning=no-timestamp"], { cwd: folder });
    expect(readdirSync(folder).sort()).toEqual(["a.txt", "b.bin", "manifest.json", "point.tar"]);
    expect(readFileSync(join(folder, "a.txt"), "utf8")).toBe("x".repeat(512));
    expect(readFileSync(join(folder, "b.bin"), "utf8")).toBe("ä");
  });

  it("ends before its end when an object is not as long as it was", async () => {
    for (const sizeBytes of [1, 3]) {
      const file = { ...fromText("a", "xx"), sizeBytes };
      await expect(collect(writeTar([file], new Date()))).rejects.toMatchObject({ code: "backups.changed_object" });
    }
  });

  it("names lengths beyond 8 GiB as tar reads them", async () => {
    const file = { name: "big", sizeBytes: 9 * 1024 ** 3, read: () => fromText("big", "").read() };
    const { value } = await writeTar([file], new Date()).next();
    writeFileSync(join(folder, "head.tar"), Buffer.concat([value as Uint8Array, Buffer.alloc(0)]));
    const listed = execFileSync("sh", ["-c", "tar -tvf head.tar 2>/dev/null || true"], { cwd: folder }).toString();
    expect(listed).toContain(String(9 * 1024 ** 3));
  });
});
