import { randomBytes } from "node:crypto";
import type { Login } from "#lib/backups/engines/types.ts";
import { ensureMarkers } from "#lib/databases/accounts/marker.ts";
import { KINDS } from "#lib/databases/constants.ts";
import { type OpenDatabase, withAccounts } from "#lib/databases/open-database.ts";
import type { StepContext } from "#lib/steps/types.ts";

/** Of one data change, so that what a killed worker left is found and taken away by the next. */
const writerOf = (dataChangeId: string) => `sw_change_${dataChangeId.replaceAll("-", "").slice(0, 16)}`;

/**
 * Runs `work` as an account that exists only meanwhile and may change rows of this one database, nothing else: what a statement
 * must not do the server itself refuses, whatever was overlooked when it was read.
 */
export async function withWriter<T>(
  database: OpenDatabase,
  dataChangeId: string,
  ctx: StepContext,
  work: (login: Login, untouchable: string[]) => Promise<T>,
): Promise<T> {
  const user = writerOf(dataChangeId);
  const password = randomBytes(24).toString("hex");
  ctx.redact(password);
  const { databaseName, swarmService } = database.source;
  const entry = { kind: KINDS.account, providerId: `${swarmService}/${user}`, name: user };
  await ctx.ledger.plan(entry);
  await ctx.guard();
  await ensureMarkers(database);
  const untouchable = await withAccounts(database, async (server) => {
    // Whoever still works with the old password works for a try that has lost its lease.
    await server.drop(user);
    return server.makeWriter({ user, password });
  });
  try {
    return await work({ ...database.admin, user, password, database: databaseName }, untouchable);
  } finally {
    // A cancelled run leaves it to the next try or to nobody: without its password it opens nothing.
    if (!ctx.signal.aborted) {
      await withAccounts(database, (server) => server.drop(user));
      await ctx.ledger.gone(entry.kind, entry.providerId);
    }
  }
}
