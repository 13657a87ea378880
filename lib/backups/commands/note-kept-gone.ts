import { markGone } from "#lib/runs/ledger.ts";
import type { LedgerEntry, StepContext } from "#lib/steps/types.ts";

/** What a swap kept is proven gone: the restore names it no more, and the swap has nothing left in the ledger. Both or neither. */
export const noteKeptGone = (restoreId: string, entry: LedgerEntry, ctx: StepContext): Promise<void> =>
  ctx.write(async (tx) => {
    await tx.restore.update({ where: { id: restoreId }, data: { previous: null } });
    await markGone(tx, entry);
  });
