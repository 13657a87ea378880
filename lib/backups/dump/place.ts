import { startExec } from "#lib/integrations/docker/exec.ts";
import { finishExec } from "#lib/integrations/program/finish.ts";
import type { ExecOptions, ExecResult, RunningExec } from "#lib/integrations/program/types.ts";

/** Starts a program where the data is: in a container, or on the worker itself. */
export type RunProgram = (options: ExecOptions, signal: AbortSignal) => Promise<RunningExec>;

/** Where the programs that read a source run, until it is closed. */
export interface Place {
  run: RunProgram;
  /** null: the worker itself. */
  containerId: string | null;
  /** By digest, of the database whose programs these are; null for folders and the panel. */
  image: string | null;
  close(): Promise<void>;
}

export const inContainer =
  (containerId: string): RunProgram =>
  (options, signal) =>
    startExec(containerId, options, signal);

/** Runs a small program to its end and keeps what it printed. */
export async function runToEnd(
  run: RunProgram,
  options: ExecOptions & { input?: string },
  signal: AbortSignal,
): Promise<ExecResult> {
  return finishExec(await run(options, signal), options.input);
}
