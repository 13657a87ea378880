import { type ChildProcess, spawn } from "node:child_process";

export interface WorkerProcess {
  pid: number;
  kill(signal: NodeJS.Signals): void;
  /** Resolves with the exit code; null when a signal ended it. */
  exited: Promise<number | null>;
}

const children = new Set<ChildProcess>();

/** Starts a fault worker on this process's settings and waits until it serves. */
export async function startWorkerProcess(): Promise<WorkerProcess> {
  const child = spawn(process.execPath, [new URL("./fault-worker.ts", import.meta.url).pathname], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  children.add(child);
  const exited = new Promise<number | null>((resolve) => {
    child.once("exit", (code) => {
      children.delete(child);
      resolve(code);
    });
  });
  const ready = new Promise<void>((resolve) =>
    child.stdout?.on("data", (data: Buffer) => data.includes("ready") && resolve()),
  );
  await Promise.race([ready, exited.then(() => Promise.reject(new Error("the worker process ended at once")))]);
  return { pid: child.pid ?? 0, kill: (signal) => void child.kill(signal), exited };
}

/** Ends every worker process that a test has left, also stopped ones. */
export async function killWorkerProcesses(): Promise<void> {
  await Promise.all(
    [...children].map(
      (child) =>
        new Promise((resolve) => {
          child.once("exit", resolve);
          child.kill("SIGKILL");
        }),
    ),
  );
}
