import { setTimeout as delay } from "node:timers/promises";
import { describeProblem, findProblem, toAcmeError } from "#lib/integrations/acme/errors.ts";
import { pemToDer } from "#lib/integrations/acme/keys.ts";
import { finalizeOrder, readOrder } from "#lib/integrations/acme/orders.ts";
import type { Order } from "#lib/integrations/acme/schema.ts";
import { db } from "#lib/platform/db/client.ts";
import { AppError } from "#lib/platform/errors.ts";
import type { StepContext } from "#lib/steps/types.ts";
import { AuthorizationFailure, authorizeNames, findFailure } from "./authorize-names.ts";
import { beginOrder } from "./begin-order.ts";
import { enterPhase } from "./enter-phase.ts";
import { failureOf, markFailed } from "./fail-order.ts";
import { readLineage } from "./find-lineage-row.ts";
import type { Zones } from "./find-zones.ts";
import { assertFailureBudget } from "./limit-failures.ts";
import type { Account } from "./open-account.ts";
import { type PreparedOrder, prepareNext } from "./prepare-order.ts";
import { storeChain } from "./store-chain.ts";

const LIMIT_MS = 5 * 60_000;
/** Orders that one attempt begins; a directory that forgets more of them is not one to go on with. */
const MAX_ORDERS = 4;

async function failNames(
  ctx: StepContext,
  work: PreparedOrder,
  { names, reason, problem }: AuthorizationFailure,
): Promise<never> {
  const words = `${reason.message}\n${reason.detail ?? ""}`.trim();
  await markFailed(ctx, work, { names, problem: words, document: problem });
  throw reason;
}

/** An order that became invalid: because a name was refused (then that is the reason), or by itself. */
async function failInvalid(ctx: StepContext, account: Account, work: PreparedOrder, order: Order): Promise<never> {
  const failure = await findFailure(ctx, account, order);
  if (failure) return failNames(ctx, work, failure);
  const problem = order.error ?? { type: "about:blank", detail: "The order expired or was given up by the authority." };
  await markFailed(ctx, work, failureOf(problem));
  if (order.error) throw toAcmeError(problem);
  throw new AppError({
    code: "acme.order_expired",
    message: "The certificate order expired before it was complete.",
    detail: describeProblem(problem),
    retry: "retry",
    retryAfterMs: 1_000,
  });
}

type Next = "look again" | "stored" | "another order";

/** What one look at the order says shall happen next. */
async function advance(
  ctx: StepContext,
  account: Account,
  zones: Zones,
  work: PreparedOrder,
  { order, retryAfterMs }: { order: Order; retryAfterMs: number | undefined },
): Promise<Next> {
  switch (order.status) {
    case "pending":
      try {
        await authorizeNames(ctx, account, zones, { order, orderId: work.orderId });
      } catch (error) {
        if (error instanceof AuthorizationFailure) return failNames(ctx, work, error);
        throw error;
      }
      return "look again";
    case "ready":
      await enterPhase(ctx, work.orderId, "finalise");
      await ctx.guard();
      ctx.log.info("Handing in the certificate request");
      await finalizeOrder(account.client, order.finalize, pemToDer(work.csrPem), ctx);
      return "look again";
    case "processing":
      ctx.progress("the authority signs");
      await delay(Math.min(retryAfterMs ?? 500, 60_000), undefined, { signal: ctx.signal });
      return "look again";
    case "invalid":
      return failInvalid(ctx, account, work, order);
    case "valid":
      if (!order.certificate)
        throw new AppError({
          code: "acme.unreadable",
          message: "The certificate authority finished the order and did not say where the certificate is.",
          retry: "retry",
        });
      if (await storeChain(ctx, account, work, order.certificate)) return "stored";
      ctx.log.warn("The order was finished with somebody else's request for the same names; beginning another");
      await markFailed(ctx, work, { names: [], problem: "The order was finished with another certificate request." });
      return "another order";
  }
}

/** The authority refused the order or the request itself: it ends with the authority's words. Other failures leave it open. */
async function keepRefusal(ctx: StepContext, work: PreparedOrder, error: unknown): Promise<void> {
  const problem = findProblem(error);
  if (!problem || !(error instanceof AppError) || error.retry !== "permanent" || ctx.signal.aborted) return;
  const row = await db().acmeOrder.findUnique({ where: { id: work.orderId }, select: { state: true } });
  if (row?.state !== "invalid") await markFailed(ctx, work, failureOf(problem));
}

/** Goes on with one order until its chain is stored, only another order can help, or it takes too long. */
async function pursue(ctx: StepContext, account: Account, zones: Zones, work: PreparedOrder): Promise<Next> {
  const url = work.orderUrl ?? (await beginOrder(ctx, account, work));
  if (work.orderUrl) ctx.log.info(`Going on with the order ${url}`);
  const deadline = Date.now() + LIMIT_MS;
  while (Date.now() < deadline) {
    const current = await readOrder(account.client, url, ctx);
    if (!current) {
      ctx.log.warn("The authority has forgotten the order; beginning another");
      await markFailed(ctx, work, { names: [], problem: "The authority has forgotten the order." });
      return "another order";
    }
    const next = await advance(ctx, account, zones, work, current);
    if (next !== "look again") return next;
  }
  return "look again";
}

/** Brings an order, from wherever it stands, to a stored certificate. */
export async function completeOrder(
  ctx: StepContext,
  account: Account,
  zones: Zones,
  prepared: PreparedOrder,
): Promise<void> {
  let work = prepared;
  if (!work.orderUrl) await assertFailureBudget(work.names);
  for (let orders = 1; orders <= MAX_ORDERS; orders++) {
    let next: Next;
    try {
      next = await pursue(ctx, account, zones, work);
    } catch (error) {
      await keepRefusal(ctx, work, error);
      throw error;
    }
    if (next === "stored") return;
    if (next === "look again") break;
    work = await prepareNext(ctx, account, await readLineage(work.certificateId));
  }
  throw new AppError({
    code: "acme.slow_order",
    message: "The certificate authority takes long to finish the order.",
    retry: "retry",
    retryAfterMs: 10_000,
  });
}
