import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { keepRunning } from "./keep-running.ts";
import { isAlive, runTied, startProcess, startTimeOf, waitUntil } from "./process.ts";

const dir = mkdtempSync(join(tmpdir(), "seaworthy-process-"));
const logFile = join(dir, "log");
const sleeper = { name: "sleeper", argv: ["sleep", "300"], logFile, isReady: async () => true };

afterAll(() => rmSync(dir, { recursive: true }));

describe("a started process", () => {
  it("ends when it is stopped", async () => {
    const running = await startProcess(sleeper);
    expect(isAlive(running.pid)).toBe(true);
    await running.stop();
    expect(isAlive(running.pid)).toBe(false);
  });

  it("is killed when it ignores the polite signal", async () => {
    const deaf = ["sh", "-c", "trap '' TERM; echo deaf; while :; do sleep 0.1; done"];
    const running = await startProcess({ ...sleeper, argv: deaf, stopTimeoutMs: 300 });
    await running.stop();
    expect(isAlive(running.pid)).toBe(false);
  });

  it("fails with the end of its log when it ends before it answers", async () => {
    const argv = ["sh", "-c", "echo the reason; exit 3"];
    await expect(startProcess({ ...sleeper, argv, isReady: async () => false })).rejects.toThrow(/the reason/);
  });

  it("dies with a supervisor that is killed with -9", async () => {
    const code = `
      import { startProcess } from ${JSON.stringify(join(import.meta.dirname, "process.ts"))};
      const running = await startProcess({ name: "s", argv: ["sleep", "300"], logFile: "/dev/null", isReady: async () => true });
      console.log(running.pid);
    `;
    const supervisor = spawn(process.execPath, ["--input-type=module-typescript", "-e", code], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const pid = await new Promise<number>((resolve) => supervisor.stdout.once("data", (data) => resolve(Number(data))));
    expect(isAlive(pid)).toBe(true);
    supervisor.kill("SIGKILL");
    await waitUntil(() => !isAlive(pid), { timeoutMs: 5000, what: "the child to die", everyMs: 10 });
  });
});

it("starts a server again when it ends by itself, but not after it was stopped", async () => {
  const restarts: number[] = [];
  const kept = await keepRunning("sleeper", () => startProcess(sleeper), {
    onRestart: () => restarts.push(1),
    log: () => {},
  });
  const first = kept.pid();
  process.kill(first, "SIGKILL");
  await waitUntil(() => restarts.length === 1, { timeoutMs: 5000, what: "the restart" });
  const second = kept.pid();
  expect(second).not.toBe(first);
  expect(isAlive(second)).toBe(true);
  await kept.stop();
  expect(isAlive(second)).toBe(false);
  expect(restarts).toHaveLength(1);
});

it("says why a program that must end well did not", async () => {
  const argv = ["sh", "-c", "echo went wrong >&2; exit 1"];
  await expect(runTied({ name: "step", argv, logFile, timeoutMs: 5000 })).rejects.toThrow(
    /step failed \(1\):\nwent wrong/,
  );
});

it("knows a process by its id and start time", () => {
  expect(startTimeOf(process.pid)).toMatch(/^\d+$/);
  expect(startTimeOf(undefined)).toBeUndefined();
  expect(isAlive(2 ** 22 + 1)).toBe(false);
});
