import { SqlSession } from "#lib/backups/dump/sql-session.ts";
import type { SqlBackupSource } from "#lib/backups/restore/database-entry.ts";
import { type SqlLiving, withLiving } from "#lib/backups/restore/open-living.ts";
import { pourDatabase, wakeEvents } from "#lib/backups/restore/pour-database.ts";
import { assertSame, describeSurvey, surveyDatabase } from "#lib/backups/restore/survey.ts";
import { readCredentials } from "#lib/backups/sources/read-credentials.ts";
import { formatDuration } from "#lib/platform/format.ts";
import type { StepContext } from "#lib/steps/types.ts";

/**
 * Empties the database on the new host and fills it by the app's own account: it can do no more there than the app itself. Rows
 * and checksums of both are counted afterwards; nobody writes meanwhile, so they must be the same.
 */
export async function copyDatabase(
  from: SqlBackupSource,
  to: SqlBackupSource,
  ctx: StepContext,
): Promise<{ compared: string }> {
  const began = performance.now();
  return withLiving(from, ctx, (old) =>
    withLiving(
      to,
      ctx,
      async (copy) => {
        await ctx.guard();
        await copy.server.empty(to.databaseName, to.databaseName);
        const app = await readCredentials({ ...to, rootPasswordSecret: null }, ctx);
        const source = { run: old.run, login: { ...old.admin, database: from.databaseName } };
        const target = {
          run: copy.run,
          login: { ...copy.admin, user: app.user, password: app.password, database: to.databaseName },
          replication: true,
        };
        await pourDatabase(source, target, old.engine, {}, ctx);
        const expected = await surveyDatabase(old.run, old.engine, source.login, ctx);
        const found = await surveyDatabase(copy.run, copy.engine, { ...copy.admin, database: to.databaseName }, ctx);
        assertSame(expected, found, `${to.databaseName} on the new host`);
        await wakeEvents(source, target, old.engine, ctx);
        await warnOfAccounts(old, copy, ctx);
        const compared = describeSurvey(expected);
        ctx.log.info(
          `Copied in ${formatDuration(Math.round(performance.now() - began))}: ${compared}, the same on both hosts`,
        );
        return { compared };
      },
      { part: "copy" },
    ),
  );
}

const LIST_ACCOUNTS = {
  mariadb: "SELECT CONCAT(User, '@', Host) FROM mysql.user",
  mysql: "SELECT CONCAT(User, '@', Host) FROM mysql.user",
  postgresql: "SELECT rolname FROM pg_roles WHERE rolname NOT LIKE 'pg\\_%'",
} as const;

/** A copy of a database brings no accounts along: those somebody made besides the service's own are made again by hand. */
async function warnOfAccounts(old: SqlLiving, copy: SqlLiving, ctx: StepContext): Promise<void> {
  const list = async ({ run, engine, admin }: SqlLiving) => {
    const session = await SqlSession.open(run, engine, admin, ctx.signal);
    try {
      return await session.query(LIST_ACCOUNTS[engine.kind]);
    } finally {
      session.close();
    }
  };
  const present = new Set(await list(copy));
  const missing = (await list(old)).filter((account) => !present.has(account));
  if (missing.length > 0)
    ctx.log.warn(`Accounts that the new server does not have, to be made there again: ${missing.join(", ")}`);
}
