import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { redis } from "./redis.ts";

/** What redis-server is given by the shell, which here starts something that says it. */
const given = (folder: string): string[] => {
  const argv = redis.serveArgv(["--save", ""], folder).map((word) => (word === "redis-server" ? "printf" : word));
  argv.splice(argv.indexOf("printf") + 1, 0, "[%s]");
  return execFileSync(argv[0] ?? "", argv.slice(1))
    .toString()
    .slice(1, -1)
    .split("][");
};

test("a server is started with the modules of its image, and with none where there are none", () => {
  const folder = mkdtempSync(join(tmpdir(), "seaworthy modules-"));
  try {
    expect(given(folder)).toEqual(["--save", ""]);
    writeFileSync(join(folder, "rejson.so"), "x", { mode: 0o755 });
    writeFileSync(join(folder, "redisbloom.so"), "x", { mode: 0o755 });
    // As the image's entrypoint: what nobody may run is left alone.
    writeFileSync(join(folder, "kept.so"), "x", { mode: 0o644 });
    writeFileSync(join(folder, "empty.so"), "", { mode: 0o755 });
    const modules = ["redisbloom.so", "rejson.so"].flatMap((name) => ["--loadmodule", join(folder, name)]);
    expect(given(folder)).toEqual(["--save", "", ...modules]);
    expect(given(join(folder, "none"))).toEqual(["--save", ""]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
