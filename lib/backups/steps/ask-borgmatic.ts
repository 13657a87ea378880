import { startProgram } from "#lib/integrations/programs/run.ts";
import { AppError } from "#lib/platform/errors.ts";

const TIMEOUT_MS = 60_000;

/** What borgmatic itself says of a file, by the command of its version; null: it is right, or borgmatic is not there to ask. */
export async function findBorgmaticProblem(path: string, signal: AbortSignal): Promise<string | null> {
  const commands = [
    ["borgmatic", "config", "validate", "--config", path],
    // Until 1.7 it was a program of its own.
    ["validate-borgmatic-config", "--config", path],
  ];
  for (const argv of commands) {
    const answer = await ask(argv, signal);
    if (answer === null) continue;
    if (answer.exitCode === 0) return null;
    const isUnknown = /unrecognized arguments|invalid choice/i.test(answer.text);
    if (!isUnknown) return answer.text.slice(-2_000) || `exit code ${answer.exitCode}`;
  }
  return null;
}

async function ask(argv: string[], signal: AbortSignal): Promise<{ exitCode: number; text: string } | null> {
  const deadline = AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]);
  try {
    const running = await startProgram({ argv }, deadline);
    running.end();
    let text = "";
    for await (const { data } of running.output) text = `${text}${data.toString("utf8")}`.slice(-64_000);
    return { exitCode: await running.exitCode(), text };
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof AppError && error.code === "programs.missing") return null;
    throw error;
  }
}
