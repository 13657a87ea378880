import { AppError } from "#lib/platform/errors.ts";
import { formatBytes } from "#lib/platform/format.ts";
import type { StepContext } from "#lib/steps/types.ts";
import type { Compression } from "../constants.ts";
import { classifyClientError, cutValues } from "../dump/client-errors.ts";
import { findHistoryFlags, withFlags } from "../dump/dump-argv.ts";
import { startDump } from "../dump/dump-stream.ts";
import type { FormatName } from "../dump/formats.ts";
import type { RunProgram } from "../dump/place.ts";
import { SqlSession } from "../dump/sql-session.ts";
import type { DatabaseEngine, Login } from "../engines/types.ts";
import { type DecodeResult, decodeInto, NOBODY } from "../prove/decode-stream.ts";
import { buildLoadArgv, dumpEvents, dumpOnly, type Events } from "./load-argv.ts";

/** A database that is read, or one that is filled. */
export interface End {
  run: RunProgram;
  login: Login;
  /** It is the place of what is read from now on: PostgreSQL's publications and subscriptions come along. */
  replication?: boolean;
}

/** A dump on its way in. */
export interface Incoming {
  body: AsyncIterable<Uint8Array>;
  compression: Compression;
  total?: number;
}

/** A program that writes a dump, or takes one. */
interface Client {
  argv: string[];
  env: Record<string, string>;
}

/** Fills a database from a dump, whose events sleep in it. Throws when a client or a decoder says that it was not all of it. */
export async function loadDump(
  { run, login, replication }: End,
  engine: DatabaseEngine,
  dump: Incoming,
  ctx: StepContext,
  events: Events = "asleep",
): Promise<DecodeResult> {
  const argv = await buildLoadArgv(run, engine, login, { events, replication }, ctx.signal);
  return feed(run, { argv, env: { [engine.passwordVariable]: login.password } }, dump, ctx);
}

/** Feeds a dump to a client of a living server, as nobody. */
export async function feed(
  run: RunProgram,
  { argv, env }: Client,
  { body, compression, total }: Incoming,
  ctx: StepContext,
): Promise<DecodeResult> {
  let last = 0;
  const onBytes = (read: number) => {
    if (Date.now() - last < 100) return;
    last = Date.now();
    const words = total ? `${formatBytes(read)} of ${formatBytes(total)} restored` : `${formatBytes(read)} restored`;
    ctx.progress(words, read, total);
  };
  const stream = { body: thenGuard(body, ctx), compression, onBytes };
  const result = await decodeInto(run, { ...stream, argv, env, user: NOBODY }, ctx.signal);
  if (result.messages) ctx.log.output("stderr", `${result.messages}\n`);
  if (result.decoderExit !== 0 && result.clientExit === 0)
    throw failed(`${compression} could not read it (exit code ${result.decoderExit})`, result, "permanent");
  if (result.clientExit !== 0)
    throw failed(
      `the database's client refused it with exit code ${result.clientExit}`,
      result,
      NOT_ALLOWED.test(result.messages) ? "permanent" : classifyClientError(result.messages),
    );
  return result;
}

/** What a dump wanted that the account which fills one database may not: it would want it again. */
const NOT_ALLOWED =
  /permission denied|must be (owner|superuser)|not authorized on|you need \(at least one of\)|Access denied/i;

/** The lease once more, after the last byte was read and before the client is told that it has all. */
async function* thenGuard(body: AsyncIterable<Uint8Array>, ctx: StepContext): AsyncGenerator<Uint8Array> {
  yield* body;
  await ctx.guard();
}

const failed = (why: string, { messages }: DecodeResult, retry: AppError["retry"]) =>
  new AppError({
    code: "backups.restore_failed",
    message: `The restore failed: ${why}.`,
    advice: "What the programs said is below. The living data was not touched.",
    detail: messages,
    retry,
  });

/** Pours one database into another, empty one, without anything of it touching a disk on the way. */
export async function pourDatabase(
  from: End,
  to: End,
  engine: DatabaseEngine,
  { only = [] }: { only?: readonly string[] },
  ctx: StepContext,
): Promise<DecodeResult> {
  const bare = only.length > 0 ? dumpOnly(engine, from.login, only) : engine.dumpArgv(from.login, null);
  const argv = withFlags(bare, await askForFlags(from, engine, ctx));
  const env = { [engine.passwordVariable]: from.login.password };
  const format = engine.kind === "postgresql" ? "custom" : "sql";
  return pour(from.run, { argv, env, format }, (dump) => loadDump(to, engine, dump, ctx), ctx);
}

async function askForFlags(
  { run, login }: End,
  engine: DatabaseEngine,
  { signal, log }: StepContext,
): Promise<string[]> {
  const session = await SqlSession.open(run, engine, login, signal);
  try {
    return await findHistoryFlags(session, engine, login, log);
  } finally {
    session.close();
  }
}

/** The events once more, to run in a database that lives from now on. They come as of their own dump, for altering one changes more of it. */
export async function wakeEvents(from: End, to: End, engine: DatabaseEngine, ctx: StepContext): Promise<void> {
  if (engine.kind === "postgresql") return;
  const dumper = {
    argv: dumpEvents(engine, from.login),
    env: { [engine.passwordVariable]: from.login.password },
    format: "sql",
  } as const;
  await pour(from.run, dumper, (dump) => loadDump(to, engine, dump, ctx, "awake"), ctx);
}

/** Dumps, and hands it over as it comes. */
export async function pour<T>(
  run: RunProgram,
  dumper: Client & { format: FormatName },
  load: (dump: Incoming) => Promise<T>,
  ctx: StepContext,
): Promise<T> {
  const onMessage = (data: Buffer) => ctx.log.output("stderr", cutValues(data.toString("utf8")));
  const dump = await startDump({ ...dumper, run, compression: "zstd", onMessage }, ctx.signal);
  try {
    return await load(dump);
  } finally {
    dump.close();
  }
}
