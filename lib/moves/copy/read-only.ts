import { SqlSession } from "#lib/backups/dump/sql-session.ts";
import type { SqlBackupSource } from "#lib/backups/restore/database-entry.ts";
import { withLiving } from "#lib/backups/restore/open-living.ts";
import { AppError } from "#lib/platform/errors.ts";
import type { StepContext } from "#lib/steps/types.ts";

const text = (value: string) => `'${value.replaceAll("'", "''")}'`;

/**
 * MariaDB and MySQL refuse every account but the administrator's. PostgreSQL's image knows one account, which could allow itself
 * to write: there read-only is the default of every new transaction, and connections that were open are cut off.
 */
function listStatements({ kind, databaseName }: SqlBackupSource, isReadOnly: boolean): string[] {
  if (kind !== "postgresql")
    return isReadOnly
      ? ["FLUSH TABLES WITH READ LOCK", "SET GLOBAL read_only = 1", "UNLOCK TABLES"]
      : ["SET GLOBAL read_only = 0"];
  return [
    isReadOnly
      ? "ALTER SYSTEM SET default_transaction_read_only = on"
      : "ALTER SYSTEM RESET default_transaction_read_only",
    "SELECT pg_reload_conf()",
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = ${text(databaseName)} AND pid <> pg_backend_pid()`,
  ];
}

const ask = ({ kind }: SqlBackupSource) =>
  kind === "postgresql" ? "SHOW default_transaction_read_only" : "SELECT @@GLOBAL.read_only";

/** Makes the whole server read-only, or lets it be written to again, and sees that it is so. Safe to repeat. */
export function setReadOnly(source: SqlBackupSource, isReadOnly: boolean, ctx: StepContext): Promise<void> {
  return withLiving(source, ctx, async ({ run, engine, admin }) => {
    const session = await SqlSession.open(run, engine, admin, ctx.signal);
    try {
      await ctx.guard();
      for (const statement of listStatements(source, isReadOnly)) await session.query(statement);
    } finally {
      session.close();
    }
    // Asked on a connection of its own: what a reload changed reaches the next one.
    const second = await SqlSession.open(run, engine, admin, ctx.signal);
    try {
      const [answer = ""] = await second.query(ask(source));
      if (["1", "on", "ON"].includes(answer) === isReadOnly) return;
      throw new AppError({
        code: "moves.read_only",
        message: `The database answers that it is ${isReadOnly ? "not" : "still"} read-only.`,
        retry: "retry",
      });
    } finally {
      second.close();
    }
  });
}
