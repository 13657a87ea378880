import { setTimeout as delay } from "node:timers/promises";
import { isDeepStrictEqual } from "node:util";
import { findContainer, readContainerLog } from "#lib/integrations/docker/containers.ts";
import { generatePassword } from "#lib/platform/crypto.ts";
import { AppError } from "#lib/platform/errors.ts";
import type { StepContext } from "#lib/steps/types.ts";
import { runToEnd } from "../dump/place.ts";
import { readServerSettings } from "../dump/snapshot.ts";
import { SqlSession } from "../dump/sql-session.ts";
import type { DatabaseEngine, Login, ServerSettings } from "../engines/types.ts";
import { MAINTENANCE } from "../restore/servers/postgresql.ts";
import { type RunningScratch, type ScratchOptions, scratchMemory, withScratchContainer } from "./scratch-container.ts";

const READY_MS = 180_000;
const RESTORE_USER = "scratch_restore";
const MEBIBYTE = 1_048_576;
/** Where a server keeps its data when that is memory. */
const MEMORY = "/seaworthy";
/** A server's own files before the first row, with room to grow. */
const EMPTY_SERVER = 220 * MEBIBYTE;

/** A throw-away database server: the image the dump came from, no network, an account that may fill one database. */
export interface Scratch extends RunningScratch {
  admin: Login;
  restorer: Login;
}

export interface ScratchServer {
  image: string;
  engine: DatabaseEngine;
  /** Name of the database that is made. */
  database: string;
  /** Of the server that was dumped, as far as they are known. */
  settings?: ServerSettings | undefined;
  /** Length of the dump before compression; null: not known. Decides whether the data is kept in memory. */
  rawBytes: number | null;
  /** More for the container: names it answers to, volumes. */
  container?: Pick<ScratchOptions, "hosts" | "mounts">;
}

/** Runs `work` with a scratch server and takes it away afterwards, however that ended. */
export async function withScratch<T>(
  ctx: StepContext,
  { image, engine, database, settings = {}, rawBytes, container }: ScratchServer,
  work: (scratch: Scratch) => Promise<T>,
): Promise<T> {
  const admin = { user: engine.scratch.adminUser, password: generatePassword(), database };
  const restorer = { user: RESTORE_USER, password: generatePassword(), database };
  for (const { password } of [admin, restorer]) ctx.redact(password);
  const command = engine.scratch.serverArgs(settings);
  const options = {
    ...container,
    image,
    ...(command.length > 0 ? { command } : {}),
    ...keepInMemory(engine, rawBytes, { ...engine.scratch.env(admin) }),
  };
  return withScratchContainer(ctx, "", options, async (running) => {
    await waitUntilReady(running, engine, admin, ctx);
    await trustExtensions(running, engine, ctx);
    await recreateDatabase(running, engine, admin, settings, ctx);
    const session = await SqlSession.open(running.run, engine, admin, ctx.signal);
    try {
      for (const sql of engine.scratch.prepareSql(admin, restorer)) await session.query(sql);
    } finally {
      session.close();
    }
    return work({ ...running, admin, restorer });
  });
}

/** In memory when it surely fits; else in the container's own layer. Never where a real database keeps anything. */
function keepInMemory(
  engine: DatabaseEngine,
  rawBytes: number | null,
  env: Record<string, string>,
): Pick<ScratchOptions, "env" | "tmpfs"> {
  const { ownMemory, growth } = engine.scratch;
  const room = Math.min(scratchMemory() / 2, scratchMemory() - ownMemory);
  if (rawBytes === null || EMPTY_SERVER + rawBytes * growth > room) return { env };
  if (engine.passwordVariable === "PGPASSWORD")
    return { env: { ...env, PGDATA: `${MEMORY}/data` }, tmpfs: { [MEMORY]: room } };
  return { env, tmpfs: { "/var/lib/mysql": room } };
}

async function waitUntilReady(
  { containerId, run }: RunningScratch,
  engine: DatabaseEngine,
  admin: Login,
  ctx: StepContext,
): Promise<void> {
  const deadline = Date.now() + READY_MS;
  for (let pause = 100; ; pause = Math.min(pause * 1.3, 1_000)) {
    const state = (await findContainer(containerId, ctx.signal))?.State;
    if (state?.Running) {
      const probe = { argv: engine.scratch.readyArgv(admin), env: { [engine.passwordVariable]: admin.password } };
      // It may have stopped since it was looked at: the next look says so.
      const asked = await runToEnd(run, probe, ctx.signal).catch(() => null);
      ctx.signal.throwIfAborted();
      if (asked?.exitCode === 0) return;
    }
    if (state?.Status === "exited" || state?.Status === "dead" || Date.now() > deadline) {
      const words = (await readContainerLog(containerId, 20, ctx.signal)).map((frame) => frame.data.toString("utf8"));
      throw new AppError({
        code: "backups.scratch_failed",
        message: "The throw-away database that proves the backup did not start.",
        advice: "The backup itself is stored. The panel tries to prove it again by itself.",
        detail: words.join(""),
        retry: "retry",
      });
    }
    await delay(pause, undefined, { signal: ctx.signal });
  }
}

/** Where the image's own is of another encoding or locale than the one that was dumped. */
async function recreateDatabase(
  { run }: RunningScratch,
  engine: DatabaseEngine,
  admin: Login,
  settings: ServerSettings,
  { signal }: StepContext,
): Promise<void> {
  const { recreateSql } = engine.scratch;
  if (!recreateSql || Object.keys(settings).length === 0) return;
  const session = await SqlSession.open(run, engine, { ...admin, database: MAINTENANCE }, signal);
  try {
    const own = await readServerSettings(session, engine, admin.database);
    if (isDeepStrictEqual(own, settings)) return;
    for (const sql of recreateSql(admin.database, settings)) await session.query(sql);
  } finally {
    session.close();
  }
}

const TRUST_SCRIPT = `
for file in /usr/share/postgresql/*/extension/*.control /usr/local/share/postgresql/extension/*.control; do
  [ -f "$file" ] || continue
  grep -q '^trusted' "$file" || printf '\\ntrusted = true\\n' >>"$file"
done
`.trim();

/** PostgreSQL lets only its superuser install most extensions. In a server nobody keeps, whoever restores may. */
async function trustExtensions({ run }: RunningScratch, engine: DatabaseEngine, ctx: StepContext): Promise<void> {
  if (engine.passwordVariable !== "PGPASSWORD") return;
  await runToEnd(run, { argv: ["sh", "-c", TRUST_SCRIPT], user: "0:0" }, ctx.signal);
}
