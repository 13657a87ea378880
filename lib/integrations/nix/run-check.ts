import { startProgram } from "#lib/integrations/programs/run.ts";
import { AppError } from "#lib/platform/errors.ts";

interface CheckOptions {
  argv: readonly string[];
  folder: string;
  timeoutMs: number;
  /** What the program prints, as it comes. */
  onOutput(stream: "stdout" | "stderr", data: Buffer): Promise<void>;
}

const KEPT = 4_000;

/** Runs a build check in a folder: null when it passes, else the last of what it said. */
export async function runCheck(options: CheckOptions, signal: AbortSignal): Promise<string | null> {
  const { argv, folder, timeoutMs } = options;
  const timeout = AbortSignal.timeout(timeoutMs);
  const both = AbortSignal.any([signal, timeout]);
  // Reading a file's syntax needs no store, which a worker that is not root could not write to.
  const env: Record<string, string> = argv.includes("--parse") ? { NIX_REMOTE: "dummy://" } : {};
  let words = "";
  try {
    const running = await startProgram({ argv: [...argv], env, cwd: folder }, both);
    try {
      running.end();
      for await (const { stream, data } of running.output) {
        // A program that checks by printing everything says why on the other one.
        if (stream === "stderr") words = `${words}${data.toString("utf8")}`.slice(-KEPT);
        await options.onOutput(stream, data);
      }
      const code = await running.exitCode();
      both.throwIfAborted();
      return code === 0 ? null : words.trim() || `It ended with exit code ${code}.`;
    } finally {
      running.close();
    }
  } catch (error) {
    signal.throwIfAborted();
    if (!timeout.aborted) throw error;
    throw new AppError({
      code: "repository.check_slow",
      message: `The build check took longer than ${Math.round(timeoutMs / 1000)} seconds.`,
      advice: "Raise CONFIG_REPOSITORY_CHECK_TIMEOUT_S, or give it less to do; then retry.",
      retry: "needs_person",
    });
  }
}
