import type { StepContext } from "#lib/steps/types.ts";
import type { DatabaseEngine, Login } from "../engines/types.ts";
import { type RunProgram, runToEnd } from "./place.ts";

/** What is said of the dump besides `dumpArgv`, as the database has tables whose history would be left out. */
export async function findHistoryFlags(
  run: RunProgram,
  { history, clientArgv, passwordVariable }: DatabaseEngine,
  login: Login,
  { signal, log }: StepContext,
): Promise<string[]> {
  if (!history) return [];
  const ask = { argv: clientArgv(login), env: { [passwordVariable]: login.password } };
  // Where nobody may ask, the dump says so.
  const { stdout } = await runToEnd(run, { ...ask, input: `${history.sql(login.database)};\n` }, signal);
  const [any, dumpable] = stdout.trim().split("\t");
  if (any !== "1") return [];
  if (dumpable === "1") return [history.flag];
  log.warn(
    "System-versioned tables are dumped as they are now, without their history and without being counted: that takes MariaDB 10.11, and history by time",
  );
  return [];
}

/** The program comes first, and the database last. */
export const withFlags = (argv: readonly string[], flags: readonly string[]) => argv.toSpliced(1, 0, ...flags);
