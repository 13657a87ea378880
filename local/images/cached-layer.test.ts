import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { withLock } from "./cached-layer.ts";

const folder = mkdtempSync(join(tmpdir(), "seaworthy-lock-"));
afterAll(() => rmSync(folder, { recursive: true }));

it("lets one in at a time, the next when the one before is done", async () => {
  const file = join(folder, "turns.lock");
  const seen: string[] = [];
  const work = (name: string) => async () => {
    seen.push(`${name} in`);
    await new Promise((resolve) => setImmediate(resolve));
    seen.push(`${name} out`);
  };
  await Promise.all([withLock(file, work("a")), withLock(file, work("b"))]);
  expect([seen[0]?.[0], seen[2]?.[0]]).toEqual([seen[1]?.[0], seen[3]?.[0]]);
});

it("gives up on one who never lets go, and says who it is", async () => {
  const file = join(folder, "held.lock");
  await withLock(file, async () => {
    const late = withLock(file, async () => "never", 0.1);
    await expect(late).rejects.toThrow(
      `held.lock was not free for 0.1 s: process ${process.pid} has locked it, and may hang. See what it does (ps -fp ${process.pid})`,
    );
  });
  expect(await withLock(file, async () => "free", 0.1)).toBe("free");
});

it("is free as soon as its holder was killed", async () => {
  const file = join(folder, "killed.lock");
  const module = new URL("cached-layer.ts", import.meta.url).href;
  const script = `const { withLock } = await import(${JSON.stringify(module)});
    await withLock(${JSON.stringify(file)}, () => new Promise(() => { console.log("held"); setInterval(() => {}, 1000); }));`;
  const holder = spawn(process.execPath, ["--input-type=module", "--eval", script], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  await once(holder.stdout, "data");
  holder.kill("SIGKILL");
  expect(await withLock(file, async () => "free")).toBe("free");
});
