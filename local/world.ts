import { spawn } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { isAlive, tailFile, waitUntil } from "./servers/process.ts";
import { prepareFolders } from "./servers/state.ts";
import { startWorld } from "./start-world.ts";
import { defaultStateDir, readRunningWorld, type WorldFile, worldFilePath } from "./world-file.ts";

const usage = `The outside world on one machine.

  node local/world.ts up [--detach] [--skip-images] [--dir DIR]
  node local/world.ts down | status | env [--dir DIR]
`;

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { dir: { type: "string" }, detach: { type: "boolean" }, "skip-images": { type: "boolean" } },
});
const dir = resolve(values.dir ?? defaultStateDir);
const skipImages = values["skip-images"] ?? false;
const say = (line: string) => console.log(line);

const commands: Record<string, () => Promise<void>> = {
  up: () => (values.detach ? startDetached() : runInForeground()),
  down,
  status: async () => printStatus(readRunningWorld(dir)),
  env: async () => printEnv(readRunningWorld(dir)),
};

await (commands[positionals[0] ?? ""] ?? (async () => fail(usage)))();

async function runInForeground(): Promise<void> {
  const world = await startWorld({ dir, skipImages, log: say });
  if (!world.isOwner) return say(`A world already runs on ${dir} (supervisor ${world.supervisor.pid}).`);
  say(`The world runs: ${worldFilePath(dir)}`);
  let isStopping = false;
  const stop = async () => {
    if (isStopping) return;
    isStopping = true;
    await world.stop();
    process.exit(0);
  };
  process.on("SIGINT", stop);
  process.on("SIGTERM", stop);
  process.on("SIGHUP", stop);
}

async function startDetached(): Promise<void> {
  const running = readRunningWorld(dir);
  if (running) return say(`A world already runs on ${dir} (supervisor ${running.supervisor.pid}).`);
  const logFile = join(prepareFolders(dir).logsDir, "supervisor.log");
  const log = openSync(logFile, "w");
  const args = [fileURLToPath(import.meta.url), "up", "--dir", dir, ...(skipImages ? ["--skip-images"] : [])];
  const child = spawn(process.execPath, args, { detached: true, stdio: ["ignore", log, log] });
  closeSync(log);
  try {
    await waitUntil(() => readRunningWorld(dir) !== undefined, {
      timeoutMs: 20 * 60_000,
      what: "the world to start",
      giveUp: () => child.exitCode !== null,
    });
  } catch (error) {
    fail(`${error instanceof Error ? error.message : error}\n${tailFile(logFile, 30)}`);
  }
  child.unref();
  say(`The world runs: ${worldFilePath(dir)}`);
}

async function down(): Promise<void> {
  const running = readRunningWorld(dir);
  if (!running) return say(`No world runs on ${dir}.`);
  process.kill(running.supervisor.pid, "SIGTERM");
  await waitUntil(() => !isAlive(running.supervisor.pid), { timeoutMs: 30_000, what: "the world to stop" });
  say("Stopped.");
}

function printStatus(running: WorldFile | undefined): void {
  if (!running) fail(`No world runs on ${dir}.`);
  say(`supervisor ${running.supervisor.pid}, since ${running.startedAt}`);
  for (const { name, pid } of running.processes)
    say(`${name.padEnd(10)} ${String(pid).padEnd(8)} ${isAlive(pid) ? "runs" : "ended"}`);
}

function printEnv(running: WorldFile | undefined): void {
  if (!running) fail(`No world runs on ${dir}. Start one: npx node local/world.ts up`);
  for (const [name, value] of Object.entries(running.env)) say(`${name}=${value}`);
}

function fail(message: string): never {
  console.error(message);
  process.exit(1);
}
