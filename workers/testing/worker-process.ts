import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { WORKER_ENV, WORKER_NODE_FLAGS } from "../process-settings.ts";

/** The source, or what was built of it. */
const MAIN = process.env.SEAWORTHY_WORKER ?? fileURLToPath(new URL("../main.ts", import.meta.url));
const LINES_KEPT = 30;
const workers = new Set<ChildProcess>();

export interface WorkerProcess {
  pid: number;
  /** `kill -9`, and waits until it is gone. */
  kill(): Promise<void>;
  /** Resolves when it has ended, whoever ended it. */
  ended: Promise<void>;
}

/** Starts the real worker on this process's settings, and waits until it says that it is ready. */
export async function startWorker(
  argv: readonly string[] = [process.execPath, ...WORKER_NODE_FLAGS, MAIN],
): Promise<WorkerProcess> {
  const [program = "", ...rest] = argv;
  const worker = spawn(program, rest, {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...WORKER_ENV, ...process.env },
  });
  workers.add(worker);
  worker.once("exit", () => workers.delete(worker));
  const last: string[] = [];
  const ready = new Promise<void>((resolve) => {
    for (const stream of [worker.stdout, worker.stderr])
      createInterface({ input: stream }).on("line", (line) => {
        if (last.push(line) > LINES_KEPT) last.shift();
        if (line.includes("worker is ready")) resolve();
      });
  });
  const ended = once(worker, "exit").then(() => {});
  const endedEarly = ended.then(() => {
    throw new Error(`the worker ended before it was ready:\n${last.join("\n")}`);
  });
  endedEarly.catch(() => {});
  await Promise.race([ready, endedEarly]);
  return { pid: worker.pid ?? 0, kill: () => killProcess(worker), ended };
}

async function killProcess(worker: ChildProcess): Promise<void> {
  if (worker.exitCode !== null || worker.signalCode !== null) return;
  const gone = once(worker, "exit");
  worker.kill("SIGKILL");
  await gone;
}

/** Ends every worker this file has started. */
export async function killWorkers(): Promise<void> {
  await Promise.all([...workers].map(killProcess));
}
