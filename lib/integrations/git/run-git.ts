import { finishExec } from "#lib/integrations/program/finish.ts";
import type { ExecResult } from "#lib/integrations/program/types.ts";
import { startProgram } from "#lib/integrations/programs/run.ts";
import { toGitError, tookTooLong } from "./errors.ts";

/** A bare repository of this process's own, beside what opens the remote one. */
export interface GitPlace {
  /** The bare repository. */
  folder: string;
  /** Where temporary things go. */
  scratch: string;
  env: Readonly<Record<string, string>>;
}

interface GitOptions {
  signal: AbortSignal;
  input?: string;
  env?: Record<string, string>;
  /** Exit codes that are answers too. */
  accept?: readonly number[];
  timeoutMs?: number;
  /** For the error: "fetch from the configuration repository". */
  what?: string;
}

const LOCAL_MS = 60_000;

/** Nothing of a repository is ever run: no hooks, no helpers, no submodules, no transport but ours. */
const SAFE = [
  "core.hooksPath=/dev/null",
  "core.fsmonitor=false",
  "core.symlinks=false",
  "core.autocrlf=false",
  "credential.helper=",
  "protocol.ext.allow=never",
  "protocol.file.allow=never",
  "submodule.recurse=false",
  "push.recurseSubmodules=no",
  "fetch.recurseSubmodules=no",
  "commit.gpgSign=false",
  "push.gpgSign=false",
  "transfer.fsckObjects=true",
  "gc.auto=0",
  "maintenance.auto=false",
].flatMap((setting) => ["-c", setting]);

/** Runs git by argv, in the place's own repository. */
export async function runGit(place: GitPlace, args: readonly string[], options: GitOptions): Promise<ExecResult> {
  const { signal, timeoutMs = LOCAL_MS, accept = [], what = `run ${args[0]}` } = options;
  const timeout = AbortSignal.timeout(timeoutMs);
  const both = AbortSignal.any([signal, timeout]);
  try {
    const running = await startProgram(
      { argv: ["git", ...SAFE, "--git-dir", place.folder, ...args], env: { ...place.env, ...options.env } },
      both,
    );
    const result = await finishExec(running, options.input);
    both.throwIfAborted();
    if (result.exitCode !== 0 && !accept.includes(result.exitCode)) throw toGitError(what, result.stderr);
    return result;
  } catch (error) {
    signal.throwIfAborted();
    if (timeout.aborted) throw tookTooLong(what, timeoutMs);
    throw error;
  }
}
