import { db } from "#lib/platform/db/client.ts";
import { toAppError } from "#lib/platform/errors.ts";
import type { LedgerEntry, StepContext } from "#lib/steps/types.ts";
import { completeOrder } from "./complete-order.ts";
import type { Lineage } from "./find-lineage-row.ts";
import { findZones, findZonesFor, type Zones } from "./find-zones.ts";
import { withAccount } from "./open-account.ts";
import { type NewLineage, prepareOrder } from "./prepare-order.ts";
import { tidyOrder } from "./store-chain.ts";

interface Options {
  /** Tries the step has: after the last one nothing is left in the zones. */
  maxAttempts: number;
  /** What to note in the ledger as made by this run; a renewal makes nothing new. */
  toEntry?: (certificateId: string) => LedgerEntry;
}

/**
 * Challenge records go when the order is done or given up. While it will be tried again they stay: the authority may be
 * looking at them this moment.
 */
async function cleanUpAfter(ctx: StepContext, zones: Zones, error: unknown, maxAttempts: number): Promise<void> {
  const willRetry = toAppError(error).retry === "retry" && ctx.attempt.number < maxAttempts;
  if (willRetry || ctx.signal.aborted) return;
  try {
    await zones.removeChallenges(ctx, await ctx.ledger.list());
  } catch (failure) {
    ctx.log.warn(`The challenge records could not be removed yet: ${toAppError(failure).message}`);
  }
}

/** Orders a certificate, first or again. `find` is asked anew on each try: rows change. */
export async function runOrder(
  ctx: StepContext,
  names: readonly string[],
  find: () => Promise<Lineage | NewLineage>,
  { maxAttempts, toEntry }: Options,
): Promise<void> {
  const zones = await findZonesFor(names, ctx.signal);
  try {
    await withAccount(ctx, async (account) => {
      const prepared = await prepareOrder(ctx, account, await find());
      if (toEntry) await ctx.ledger.plan(toEntry(prepared.certificateId));
      await completeOrder(ctx, account, zones, prepared);
    });
  } catch (error) {
    await cleanUpAfter(ctx, zones, error, maxAttempts);
    throw error;
  }
}

/**
 * What is left to do once the chain is stored: no challenge stays in a zone, no key that nothing needs. Also for an attempt that
 * finds everything stored by one that died right after it.
 */
export async function finishOrder(ctx: StepContext, certificateId: string): Promise<void> {
  await (await findZones(ctx.signal)).removeChallenges(ctx, await ctx.ledger.list());
  const row = await db().certificate.findUnique({ where: { id: certificateId }, select: { currentOrderId: true } });
  const order = await db().acmeOrder.findUnique({ where: { id: row?.currentOrderId ?? "" } });
  if (order?.phase === "stored") await tidyOrder(ctx, { orderId: order.id, certificateId });
}
