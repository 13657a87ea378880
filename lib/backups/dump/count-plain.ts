import { AppError } from "#lib/platform/errors.ts";
import { classifyClientError } from "./client-errors.ts";
import { type RunProgram, runToEnd } from "./place.ts";

/** How a server that has no snapshots to count in is asked what it holds. */
interface CountProgram<T> {
  argv: string[];
  env: Record<string, string>;
  read: (text: string) => T;
}

export async function countPlain<T>(
  run: RunProgram,
  { read, ...program }: CountProgram<T>,
  signal: AbortSignal,
): Promise<T> {
  const said = await runToEnd(run, program, signal);
  // redis-cli ends with 0 when the server refuses.
  const refused = said.exitCode !== 0 || /^(NOAUTH|WRONGPASS|ERR|Could not connect|AUTH failed)/m.test(said.stdout);
  if (!refused) return read(said.stdout);
  const detail = `${said.stdout}${said.stderr}`.trim().slice(-2_000);
  throw new AppError({
    code: "backups.client_failed",
    message: "The database's own client could not say how much there is.",
    detail,
    retry: classifyClientError(detail),
  });
}
