import type { Compression } from "../constants.ts";
import { type RunProgram, runToEnd } from "../dump/place.ts";
import type { DatabaseEngine, Login } from "../engines/types.ts";
import { type DecodeResult, decodeInto, NOBODY } from "./decode-stream.ts";

export interface RestoreStream {
  engine: DatabaseEngine;
  /** An account that may fill one database and nothing else. */
  login: Login;
  compression: Compression;
  /** Decrypted, still compressed. */
  body: AsyncIterable<Uint8Array>;
  onBytes?: (read: number) => void;
}

/** Feeds a dump to the engine's own client, beside the server, as nobody: a dump is data, its commands are not obeyed. */
export async function restoreInto(
  run: RunProgram,
  { engine, login, ...stream }: RestoreStream,
  signal: AbortSignal,
): Promise<DecodeResult> {
  const sandbox = await supportsSandbox(run, engine, login, signal);
  return decodeInto(
    run,
    {
      ...stream,
      argv: engine.scratch.restoreArgv(login, { sandbox }),
      env: { [engine.passwordVariable]: login.password },
      user: NOBODY,
    },
    signal,
  );
}

/** Newer clients can be told to refuse every command that touches anything but the connection. */
export async function supportsSandbox(
  run: RunProgram,
  engine: DatabaseEngine,
  login: Login,
  signal: AbortSignal,
): Promise<boolean> {
  const [client = ""] = engine.scratch.restoreArgv(login, { sandbox: false });
  if (client !== "mariadb") return false;
  const help = await runToEnd(run, { argv: [client, "--no-defaults", "--help"], user: NOBODY }, signal);
  return help.stdout.includes("--sandbox");
}
