import { type ChildProcess, spawn } from "node:child_process";
import type { Readable } from "node:stream";
import type { ExecOptions, OutputFrame, RunningExec } from "#lib/integrations/program/types.ts";
import { AppError } from "#lib/platform/errors.ts";

const PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
const KILL_AFTER_MS = 5_000;

/**
 * A program on the worker itself, by argv, with the same face as one in a container. It gets nothing of this process's
 * environment, and a process group of its own, which goes when it is closed or the signal aborts.
 */
export async function startProgram(
  options: ExecOptions & { /** Folder it runs in. */ cwd?: string },
  signal: AbortSignal,
): Promise<RunningExec> {
  signal.throwIfAborted();
  const [program = "", ...args] = options.argv;
  const child = spawn(program, args, {
    // The type wants NODE_ENV, which is this process's own affair.
    env: { PATH, LANG: "C.UTF-8", HOME: "/tmp", ...options.env } as unknown as NodeJS.ProcessEnv,
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    stdio: ["pipe", "pipe", "pipe"],
    detached: true,
  });
  const exited = new Promise<number>((resolve) => {
    child.once("close", (code, killed) => resolve(code ?? (killed ? 128 : -1)));
  });
  const close = () => stop(child);
  await new Promise<void>((resolve, reject) => {
    child.once("spawn", resolve);
    child.once("error", (error) => reject(toProgramError(program, error)));
  });
  child.on("error", () => {});
  // One that ended while we write to it shows in its exit code.
  child.stdin.on("error", () => {});
  signal.addEventListener("abort", close, { once: true });
  void exited.then(() => signal.removeEventListener("abort", close));
  if (signal.aborted) close();
  return {
    output: mergeOutput(child.stdout, child.stderr, signal),
    write: (data) =>
      new Promise((resolve, reject) => {
        child.stdin.write(data, (error) => (error ? reject(error) : resolve()));
      }),
    end: () => void child.stdin.end(),
    exitCode: () => exited,
    close,
  };
}

/** Its whole group: a pipeline is more than the one that was started. */
function stop(child: ChildProcess): void {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  const group = -child.pid;
  const kill = (how: NodeJS.Signals) => {
    try {
      process.kill(group, how);
    } catch {
      // Gone meanwhile.
    }
  };
  child.stdin?.destroy();
  child.stdout?.destroy();
  child.stderr?.destroy();
  kill("SIGTERM");
  const timer = setTimeout(kill, KILL_AFTER_MS, "SIGKILL");
  timer.unref();
  child.once("exit", () => clearTimeout(timer));
}

/** Both outputs as they come. The reader pulls: while it does not, the program is held back. */
async function* mergeOutput(stdout: Readable, stderr: Readable, signal: AbortSignal): AsyncGenerator<OutputFrame> {
  const open = new Map(
    (["stdout", "stderr"] as const).map((stream) => {
      const source = (stream === "stdout" ? stdout : stderr)[Symbol.asyncIterator]();
      const pull = () => {
        const next = source.next().then((result) => ({ stream, result, pull }));
        // One nobody asks for any more may fail without a word.
        next.catch(() => {});
        return next;
      };
      return [stream, pull()] as const;
    }),
  );
  try {
    while (open.size > 0) {
      const { stream, result, pull } = await Promise.race(open.values());
      if (result.done) {
        open.delete(stream);
        continue;
      }
      open.set(stream, pull());
      yield { stream, data: result.value as Buffer };
    }
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  }
}

function toProgramError(program: string, error: Error & { code?: string }): AppError {
  const missing = error.code === "ENOENT";
  return new AppError({
    code: missing ? "programs.missing" : "programs.failed",
    message: missing ? `The worker has no program ${program}.` : `The worker could not start ${program}.`,
    ...(missing ? { advice: "Use the panel's own image for the worker, or install the program." } : {}),
    detail: error.message,
    retry: missing ? "needs_person" : "retry",
    cause: error,
  });
}
