import { runToEnd } from "#lib/backups/dump/place.ts";
import { SqlSession } from "#lib/backups/dump/sql-session.ts";
import { findEngine } from "#lib/backups/engines/registry.ts";
import type { SqlBackupSource } from "#lib/backups/restore/database-entry.ts";
import { openPlace } from "#lib/backups/sources/open-place.ts";
import { AppError } from "#lib/platform/errors.ts";
import type { StepContext } from "#lib/steps/types.ts";
import type { AdminSession, Reach } from "./types.ts";

const REFUSED = /denied|authentication failed|no pg_hba|not permitted to log in|is not currently permitted/i;

const isRefusal = (error: unknown) => error instanceof AppError && REFUSED.test(error.detail ?? "");

/** The last address in its own list of hosts that is not the loopback's: the one other containers know it by. */
async function readOwnAddress(run: Reach["run"], signal: AbortSignal): Promise<string> {
  const { stdout } = await runToEnd(run, { argv: ["cat", "/etc/hosts"] }, signal);
  const addresses = stdout
    .split("\n")
    .map((line) => line.trim().split(/\s+/)[0] ?? "")
    .filter((address) => /^\d+(\.\d+){3}$/.test(address) && !address.startsWith("127."));
  const last = addresses.at(-1);
  if (last) return last;
  throw new AppError({
    code: "secrets.no_address",
    message: "The database's container knows no address of its own, so that nothing can be proven about its passwords.",
  });
}

async function tryLogin(
  { run, engine, databaseName, host, signal }: Reach,
  user: string,
  password: string,
): Promise<boolean> {
  const session = await SqlSession.open(run, engine, { user, password, database: databaseName, host }, signal);
  try {
    await session.query("SELECT 1");
    return true;
  } catch (error) {
    if (isRefusal(error)) return false;
    throw error;
  } finally {
    session.close();
  }
}

/** The first of the passwords that lets the administrator in: of two versions either may be the one in force. */
async function signIn(reach: Reach, host: string | undefined, user: string, passwords: readonly string[]) {
  let refusal: unknown;
  for (const password of passwords) {
    const login = { user, password, database: reach.databaseName, ...(host ? { host } : {}) };
    const session = await SqlSession.open(reach.run, reach.engine, login, reach.signal);
    try {
      await session.query("SELECT 1");
      return session;
    } catch (error) {
      session.close();
      if (!isRefusal(error)) throw error;
      refusal = error;
    }
  }
  throw new AppError({
    code: "secrets.no_administrator",
    message: "The database lets its administrator in with none of the passwords the panel keeps.",
    advice: "Somebody changed it by hand: set it back, then retry this step.",
    retry: "needs_person",
    cause: refusal,
  });
}

interface Administrator {
  user: string;
  passwords: readonly string[];
}

/** Runs `work` as the administrator of a service's database, and lets go of it afterwards. */
export async function withAdministrator<T>(
  source: SqlBackupSource,
  administrator: Administrator,
  ctx: StepContext,
  work: (admin: AdminSession) => Promise<T>,
): Promise<T> {
  const place = await openPlace(source, ctx);
  try {
    const host = place.host ?? (await readOwnAddress(place.run, ctx.signal));
    const engine = findEngine(source.kind);
    const reach = { run: place.run, engine, databaseName: source.databaseName, host, signal: ctx.signal };
    const session = await signIn(reach, place.host, administrator.user, administrator.passwords);
    try {
      if (source.kind === "postgresql") await session.query("SET search_path = pg_catalog");
      return await work({ session, signsIn: (user, password) => tryLogin(reach, user, password) });
    } finally {
      session.close();
    }
  } finally {
    await place.close();
  }
}
