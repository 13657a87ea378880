import { createOrder, listOrders, readOrder } from "#lib/integrations/acme/orders.ts";
import type { Order } from "#lib/integrations/acme/schema.ts";
import { db } from "#lib/platform/db/client.ts";
import type { StepContext } from "#lib/steps/types.ts";
import { toNamesKey } from "../format.ts";
import { assertRateLimits } from "./assert-rate-limits.ts";
import type { Account } from "./open-account.ts";
import type { PreparedOrder } from "./prepare-order.ts";

const MAX_LOOKED_AT = 30;

/**
 * An order that an earlier attempt began and died before it could store the URL. Where the authority lists an account's
 * orders it is found there; Let's Encrypt lists none, but answers the next newOrder for the same names with it.
 */
async function findLostOrder(
  ctx: StepContext,
  account: Account,
  names: readonly string[],
): Promise<string | undefined> {
  const urls = await listOrders(account.client, account.ordersUrl, { signal: ctx.signal });
  const rows = await db().acmeOrder.findMany({ where: { url: { in: urls } }, select: { url: true } });
  const stored = new Set(rows.map(({ url }) => url));
  const lost = urls.filter((url) => !stored.has(url)).reverse();
  for (const url of lost.slice(0, MAX_LOOKED_AT)) {
    const found = await readOrder(account.client, url, { signal: ctx.signal });
    if (found && isOpenFor(found.order, names)) return url;
  }
  return undefined;
}

const isOpenFor = (order: Order, names: readonly string[]) =>
  (order.status === "pending" || order.status === "ready") &&
  toNamesKey(order.identifiers.map(({ value }) => value.toLowerCase())) === toNamesKey(names);

/** Begins the order, or finds the one begun before, and stores its URL before anything else happens. */
export async function beginOrder(ctx: StepContext, account: Account, work: PreparedOrder): Promise<string> {
  const lost = work.resumed ? await findLostOrder(ctx, account, work.names) : undefined;
  if (lost) ctx.log.info(`Found the order an earlier attempt had begun: ${lost}`);
  else await assertRateLimits(work);
  await ctx.guard();
  const { replaces, signal } = { replaces: work.replaces, signal: ctx.signal };
  const begun = lost ? { url: lost, replaces } : await createOrder(account.client, work.names, { signal, replaces });
  const { url } = begun;
  if (replaces && !begun.replaces)
    ctx.log.warn("The authority does not take the order as a renewal of the certificate before; it is a plain one");
  await ctx.write(async (tx) => {
    // The authority hands the same open order to whoever asks for the same names: it goes on here.
    await tx.acmeOrder.updateMany({
      where: { url, id: { not: work.orderId } },
      data: { url: null, state: "invalid", finishedAt: new Date() },
    });
    await tx.acmeOrder.update({ where: { id: work.orderId }, data: { url, replaces: begun.replaces } });
  });
  if (!lost) ctx.log.info(`Ordered a certificate for ${work.names.join(", ")}: ${url}`);
  return url;
}
