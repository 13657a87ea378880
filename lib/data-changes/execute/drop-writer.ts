import { KINDS } from "#lib/databases/constants.ts";
import { withAccounts, withDatabase } from "#lib/databases/open-database.ts";
import { readDatabase } from "#lib/databases/queries/find-database.ts";
import type { LedgerResource, StepContext } from "#lib/steps/types.ts";
import { assertSameDatabase } from "../approval/assert-same-database.ts";
import { readDataChange } from "../queries/find-data-change.ts";
import type { DataChangeStepInput } from "../schema/steps.ts";

/** Takes the account away that a run which was stopped may have left. What was changed in rows is not taken back. */
export async function dropWriter(
  resources: LedgerResource[],
  { dataChangeId }: DataChangeStepInput,
  ctx: StepContext,
): Promise<void> {
  ctx.log.info("Rows are not taken back by this: restore the backup that was taken before");
  const accounts = resources.filter(({ kind }) => kind === KINDS.account);
  if (accounts.length === 0) return;
  const change = await readDataChange(dataChangeId);
  const found = await readDatabase(change);
  // Elsewhere there is nothing of it, and it would be noted as gone.
  assertSameDatabase(change, found);
  const { source } = found;
  await ctx.guard();
  await withDatabase(source, ctx, (database) =>
    withAccounts(database, async (server) => {
      for (const { name } of accounts) await server.drop(name);
    }),
  );
  for (const { kind, providerId } of accounts) await ctx.ledger.gone(kind, providerId);
}
