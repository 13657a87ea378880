import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { connectDocker } from "./servers/docker.ts";
import { isAlive, runCommand, waitUntil } from "./servers/process.ts";
import { readRunningWorld, type WorldFile } from "./world-file.ts";

const dir = mkdtempSync(join(tmpdir(), "seaworthy-world-"));
const cli = (...args: string[]) =>
  runCommand([process.execPath, join(import.meta.dirname, "world.ts"), ...args, "--dir", dir], {
    timeoutMs: 120_000,
    outlivesUs: true,
  });

function running(): WorldFile {
  const world = readRunningWorld(dir);
  if (!world) throw new Error("The world does not run.");
  return world;
}

/** Every process whose command line names the folders of this world, containers' shims included. */
function processesOf({ stateDir, world }: WorldFile): number[] {
  const marks = [stateDir, world.dockerSocket.replace(/\/docker\.sock$/, "")];
  return readdirSync("/proc")
    .map(Number)
    .filter((pid) => pid > 0 && isAlive(pid) && marks.some((mark) => commandLine(pid).includes(mark)));
}

function commandLine(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8");
  } catch {
    return "";
  }
}

describe("a world of its own", () => {
  beforeAll(() => cli("up", "--detach", "--skip-images"));
  afterAll(async () => {
    await cli("down");
    rmSync(dir, { recursive: true, force: true });
  });

  it("is reused when it is started twice", async () => {
    const { pid } = running().supervisor;
    expect(await cli("up", "--detach", "--skip-images")).toContain(`supervisor ${pid}`);
    expect(running().supervisor.pid).toBe(pid);
  });

  it("prints its settings", async () => {
    expect(await cli("env")).toMatch(/^DATABASE_URL=mysql:\/\//m);
  });

  it("brings a server back that was killed", async () => {
    const pidOf = () => running().processes.find(({ name }) => name === "redis")?.pid;
    const before = pidOf();
    if (before) process.kill(before, "SIGKILL");
    await waitUntil(() => pidOf() !== before && isAlive(pidOf()), { timeoutMs: 10_000, what: "Redis to come back" });
  });

  it("leaves nothing behind when its supervisor is killed with -9, and keeps its swarm for the next start", async () => {
    const docker = () => connectDocker(running().world.dockerSocket);
    const swarm = (await docker().swarmInspect()) as { ID: string };
    const world = running();
    expect(processesOf(world).length).toBeGreaterThan(8);
    process.kill(world.supervisor.pid, "SIGKILL");
    await waitUntil(() => processesOf(world).length === 0, { timeoutMs: 10_000, what: "every process to end" });
    await cli("up", "--detach", "--skip-images");
    expect((await docker().swarmInspect()) as { ID: string }).toMatchObject({ ID: swarm.ID });
  });
});
