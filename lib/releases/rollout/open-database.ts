import type { SqlKind } from "#lib/backups/constants.ts";
import { SqlSession } from "#lib/backups/dump/sql-session.ts";
import { findEngine } from "#lib/backups/engines/registry.ts";
import type { DatabaseEngine } from "#lib/backups/engines/types.ts";
import type { BackupSource } from "#lib/backups/schema/source.ts";
import { openPlace } from "#lib/backups/sources/open-place.ts";
import { readCredentials } from "#lib/backups/sources/read-credentials.ts";
import type { Naming } from "#lib/services/naming.ts";
import type { StepContext } from "#lib/steps/types.ts";

/** A database client where the database is, and a way to another one when that has ended. */
export interface OpenDatabase {
  kind: SqlKind;
  databaseName: string;
  /** One connection. It ends with the first statement that fails. */
  connect(): Promise<SqlSession>;
  close(): Promise<void>;
}

/**
 * None of the client's own commands are obeyed, whatever a text holds. psql has no such way: what it could take for one is refused
 * before it gets here (planMigration).
 */
function withoutCommands(engine: DatabaseEngine): DatabaseEngine {
  if (engine.kind === "postgresql") return engine;
  return { ...engine, clientArgv: (login) => engine.clientArgv(login).toSpliced(-1, 0, "--binary-mode") };
}

/**
 * Opens an environment's own database as the app's user. With MariaDB and MySQL that one may do in this database what the app may,
 * and nothing else on the server. PostgreSQL's image makes it the cluster's superuser, whom nothing is refused there: what a
 * migration may do is then a matter of whoever reads and approves it.
 */
export async function openDatabase(
  kind: SqlKind,
  names: Pick<Naming, "stackName" | "databaseService" | "databaseName" | "databaseUser" | "databasePassword">,
  ctx: StepContext,
): Promise<OpenDatabase> {
  const source: BackupSource = {
    kind,
    stackName: names.stackName,
    swarmService: names.databaseService,
    databaseName: names.databaseName,
    userName: names.databaseUser,
    passwordSecret: names.databasePassword,
    rootPasswordSecret: null,
  };
  const login = await readCredentials(source, ctx);
  const place = await openPlace(source, ctx);
  const engine = withoutCommands(findEngine(kind));
  const there = place.host ? { ...login, host: place.host } : login;
  return {
    kind,
    databaseName: names.databaseName,
    connect: () => SqlSession.open(place.run, engine, there, ctx.signal),
    close: () => place.close(),
  };
}
