import type { RunProgram } from "#lib/backups/dump/place.ts";
import { findEngine } from "#lib/backups/engines/registry.ts";
import type { DatabaseEngine, Login } from "#lib/backups/engines/types.ts";
import type { SqlBackupSource } from "#lib/backups/restore/database-entry.ts";
import { openPlace } from "#lib/backups/sources/open-place.ts";
import { readCredentials } from "#lib/backups/sources/read-credentials.ts";
import { AppError } from "#lib/platform/errors.ts";
import type { StepContext } from "#lib/steps/types.ts";
import { openMariadbAccounts } from "./accounts/mariadb.ts";
import { openPostgresAccounts } from "./accounts/postgresql.ts";
import type { AccountServer } from "./accounts/types.ts";

/** A service's database as its administrator reaches it, where it runs. */
export interface OpenDatabase {
  source: SqlBackupSource;
  run: RunProgram;
  engine: DatabaseEngine;
  admin: Login;
  signal: AbortSignal;
}

const noAdministrator = () =>
  new AppError({
    code: "databases.no_administrator",
    message: "The panel does not know the password of this database's administrator.",
    advice: "Name its secret in the backup policy of this database, then try again.",
    retry: "needs_person",
  });

/** Runs `work` with the database and lets go of it afterwards. */
export async function withDatabase<T>(
  source: SqlBackupSource,
  ctx: StepContext,
  work: (database: OpenDatabase) => Promise<T>,
): Promise<T> {
  if (source.kind !== "postgresql" && source.rootPasswordSecret === null) throw noAdministrator();
  const engine = findEngine(source.kind);
  const login = await readCredentials(source, ctx);
  const place = await openPlace(source, ctx);
  try {
    const admin = place.host ? { ...login, host: place.host } : login;
    return await work({ source, run: place.run, engine, admin, signal: ctx.signal });
  } finally {
    await place.close();
  }
}

/** The same with the accounts of its server. */
export async function withAccounts<T>(database: OpenDatabase, work: (server: AccountServer) => Promise<T>): Promise<T> {
  const open = database.engine.kind === "postgresql" ? openPostgresAccounts : openMariadbAccounts;
  const server = await open(database);
  try {
    return await work(server);
  } finally {
    server.close();
  }
}
