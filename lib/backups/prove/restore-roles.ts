import type { StepContext } from "#lib/steps/types.ts";
import type { Compression } from "../constants.ts";
import type { DatabaseEngine } from "../engines/types.ts";
import { type DecodeResult, decodeInto, NOBODY } from "./decode-stream.ts";
import type { Scratch } from "./scratch.ts";

/** Only lines that make a role and say nothing else: no attribute, no membership, no password, no command. */
const ROLES_SCRIPT = `sed -nE '/^CREATE ROLE ("([^"\\\\]|"")+"|[a-z_][a-z0-9_$]*);$/p' | "$@"`;

/**
 * The roles of the server that was backed up, by name, so that policies and owners of the dump find them. What they may do,
 * whom they belong to and their passwords are kept in the backup and not tried here.
 */
export async function restoreRoles(
  scratch: Scratch,
  engine: DatabaseEngine,
  stream: { body: AsyncIterable<Uint8Array>; compression: Compression },
  ctx: StepContext,
): Promise<DecodeResult> {
  // Those that are there already are said to be, which is no failure.
  const client = engine.clientArgv(scratch.admin).map((word) => word.replace("ON_ERROR_STOP=1", "ON_ERROR_STOP=0"));
  const result = await decodeInto(
    scratch.run,
    {
      argv: ["sh", "-c", ROLES_SCRIPT, "roles", ...client],
      env: { [engine.passwordVariable]: scratch.admin.password },
      user: NOBODY,
      ...stream,
    },
    ctx.signal,
  );
  if (result.clientExit !== 0) ctx.log.warn(`The server's roles could not all be made: ${result.messages}`);
  return result;
}
