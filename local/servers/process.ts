import { type ChildProcess, execFile, spawn } from "node:child_process";
import { closeSync, openSync, readFileSync, rmSync } from "node:fs";
import { connect } from "node:net";
import { promisify } from "node:util";

const execFileAsync = promisify(execFile);

export type ProcessOptions = {
  name: string;
  argv: string[];
  logFile: string;
  env?: Record<string, string>;
  cwd?: string;
  /** Resolves when the server answers; asked again and again until it returns true. */
  isReady: () => Promise<boolean>;
  readyTimeoutMs?: number;
  stopSignal?: NodeJS.Signals;
  stopTimeoutMs?: number;
  /** Which process gets the stop signal, where it is not the one we spawned. */
  findTarget?: (pid: number) => number | undefined;
};

export type RunningProcess = {
  name: string;
  pid: number;
  exited: Promise<void>;
  stop: () => Promise<void>;
};

/**
 * Starts a server that dies with us: the kernel kills it when this process ends in any way (`PR_SET_PDEATHSIG`),
 * so that not even `kill -9` of the supervisor leaves one behind.
 */
export async function startProcess(options: ProcessOptions): Promise<RunningProcess> {
  const child = spawnTied(options);
  const { pid } = child;
  if (!pid) throw new Error(`${options.name} could not be started: ${options.argv[0]}`);
  let ended = false;
  const exited = new Promise<void>((resolve) => {
    child.once("exit", () => {
      ended = true;
      resolve();
    });
  });
  const running = { name: options.name, pid, exited, stop: () => stopProcess(child, exited, options) };
  try {
    await waitUntil(options.isReady, {
      timeoutMs: options.readyTimeoutMs ?? 30_000,
      what: `${options.name} to answer`,
      giveUp: () => ended,
    });
  } catch (error) {
    await running.stop();
    throw new Error(`${error instanceof Error ? error.message : error}\n${tailFile(options.logFile)}`);
  }
  return running;
}

type RunOptions = Pick<ProcessOptions, "name" | "argv" | "logFile" | "env" | "cwd"> & { timeoutMs: number };

/** Runs a program of ours to its end, into a log; it dies with us too. Throws with the end of the log. */
export async function runTied(options: RunOptions): Promise<void> {
  rmSync(options.logFile, { force: true });
  const child = spawnTied(options);
  const timer = setTimeout(() => child.kill("SIGKILL"), options.timeoutMs);
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", resolve);
  });
  clearTimeout(timer);
  if (code !== 0) throw new Error(`${options.name} failed (${code ?? "killed"}):\n${tailFile(options.logFile, 30)}`);
}

function spawnTied(options: Pick<ProcessOptions, "argv" | "logFile" | "env" | "cwd">): ChildProcess {
  const log = openSync(options.logFile, "a");
  try {
    return spawn("setpriv", ["--pdeathsig", "KILL", "--", ...options.argv], {
      stdio: ["ignore", log, log],
      env: { ...process.env, ...options.env },
      ...(options.cwd ? { cwd: options.cwd } : {}),
      // A group of its own, so that Ctrl-C in a terminal reaches only the supervisor, which stops things in order.
      detached: true,
    });
  } finally {
    closeSync(log);
  }
}

async function stopProcess(child: ChildProcess, exited: Promise<void>, options: ProcessOptions): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || !child.pid) return;
  signal(options.findTarget?.(child.pid) ?? child.pid, options.stopSignal ?? "SIGTERM");
  const timer = setTimeout(() => child.kill("SIGKILL"), options.stopTimeoutMs ?? 10_000);
  await exited;
  clearTimeout(timer);
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // It has ended by itself in the meantime.
  }
}

/** True when a process with this id exists and is not a zombie. */
export function isAlive(pid: number | undefined): boolean {
  return startTimeOf(pid) !== undefined;
}

/** The kernel's start time of a process: with the id it names one process for ever, where ids are used again. */
export function startTimeOf(pid: number | undefined): string | undefined {
  if (!pid) return undefined;
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return fields[0] === "Z" ? undefined : fields[19];
  } catch {
    return undefined;
  }
}

/** Polls until the condition holds; throws a sentence when it does not in time. */
export async function waitUntil(
  condition: () => Promise<boolean> | boolean,
  options: { timeoutMs: number; what: string; everyMs?: number; giveUp?: () => boolean },
): Promise<void> {
  const deadline = Date.now() + options.timeoutMs;
  for (;;) {
    if (await condition()) return;
    if (options.giveUp?.()) throw new Error(`Waited for ${options.what}, but it ended.`);
    if (Date.now() > deadline) throw new Error(`Waited ${options.timeoutMs / 1000} s for ${options.what} in vain.`);
    await new Promise((resolve) => setTimeout(resolve, options.everyMs ?? 50));
  }
}

/** True when something accepts TCP connections there. */
export function acceptsConnections(port: number, host = "127.0.0.1"): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host, timeout: 1000 });
    const finish = (answer: boolean) => {
      socket.destroy();
      resolve(answer);
    };
    socket.once("connect", () => finish(true));
    socket.once("error", () => finish(false));
    socket.once("timeout", () => finish(false));
  });
}

/** Runs a program to its end; its error carries what it said. Like servers it dies with us, unless told to finish. */
export async function runCommand(
  argv: string[],
  options: { timeoutMs?: number; env?: Record<string, string>; outlivesUs?: boolean } = {},
): Promise<string> {
  const [file = "", ...args] = options.outlivesUs ? argv : ["setpriv", "--pdeathsig", "KILL", "--", ...argv];
  const { stdout } = await execFileAsync(file, args, {
    timeout: options.timeoutMs ?? 60_000,
    maxBuffer: 64 * 1024 * 1024,
    env: { ...process.env, ...options.env },
  });
  return stdout;
}

/** Becomes true when a line written to the log from now on matches. */
export function saysInLog(file: string, pattern: RegExp): () => Promise<boolean> {
  const before = readLog(file).length;
  return async () => pattern.test(readLog(file).slice(before));
}

function readLog(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}

/** The last lines of a log, for an error message. */
export function tailFile(file: string, lines = 15): string {
  return readLog(file).trimEnd().split("\n").slice(-lines).join("\n");
}
