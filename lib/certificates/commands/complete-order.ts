import { setTimeout as delay } from "node:timers/promises";
import type { Zone } from "#lib/dns/types.ts";
import { checkChain } from "#lib/integrations/acme/chain.ts";
import { describeProblem, toAcmeError } from "#lib/integrations/acme/errors.ts";
import { pemToDer, readKey } from "#lib/integrations/acme/keys.ts";
import { downloadChain, finalizeOrder, readOrder } from "#lib/integrations/acme/orders.ts";
import type { Order } from "#lib/integrations/acme/schema.ts";
import type { Prisma } from "#lib/platform/db/client.ts";
import { AppError } from "#lib/platform/errors.ts";
import type { StepContext } from "#lib/steps/types.ts";
import { AuthorizationFailure, authorizeNames, findFailure } from "./authorize-names.ts";
import { beginOrder } from "./begin-order.ts";
import { assertFailureBudget, type OrderFailure } from "./limit-failures.ts";
import type { Account } from "./open-account.ts";
import { type PreparedOrder, prepareNext } from "./prepare-order.ts";

const LIMIT_MS = 5 * 60_000;

async function markFailed(ctx: StepContext, work: PreparedOrder, failure: OrderFailure): Promise<void> {
  await ctx.write(async (tx) => {
    const problem = { ...failure } satisfies Prisma.InputJsonObject;
    await tx.acmeOrder.update({
      where: { id: work.orderId },
      data: { state: "invalid", problem, finishedAt: new Date() },
    });
    await tx.certificate.update({
      where: { id: work.certificateId },
      data: { state: "failed", error: failure.problem },
    });
  });
}

async function failNames(
  ctx: StepContext,
  work: PreparedOrder,
  { names, reason }: AuthorizationFailure,
): Promise<never> {
  await markFailed(ctx, work, { names, problem: `${reason.message}\n${reason.detail ?? ""}`.trim() });
  throw reason;
}

/** An order that became invalid: because a name was refused (then that is the reason), or by itself. */
async function failInvalid(ctx: StepContext, account: Account, work: PreparedOrder, order: Order): Promise<never> {
  const failure = await findFailure(ctx, account, order);
  if (failure) return failNames(ctx, work, failure);
  const problem = order.error ?? { type: "about:blank", detail: "The order expired or was given up by the authority." };
  await markFailed(ctx, work, { names: [], problem: describeProblem(problem) });
  if (order.error) throw toAcmeError(problem);
  throw new AppError({
    code: "acme.order_expired",
    message: "The certificate order expired before it was complete.",
    detail: describeProblem(problem),
    retry: "retry",
    retryAfterMs: 1_000,
  });
}

async function storeChain(ctx: StepContext, account: Account, work: PreparedOrder, certificateUrl: string) {
  const chainPem = await downloadChain(account.client, certificateUrl, ctx);
  const { serial, issuer, notBefore, notAfter } = checkChain(chainPem, work.names, readKey(work.keyPem));
  ctx.log.info(`Downloaded the chain: ${issuer}, serial ${serial}, valid until ${notAfter.toISOString()}`);
  await ctx.write(async (tx) => {
    const now = new Date();
    await tx.certificate.update({
      where: { id: work.certificateId },
      data: { state: "issued", chainPem, serial, issuer, notBefore, notAfter, issuedAt: now, error: null },
    });
    await tx.acmeOrder.update({ where: { id: work.orderId }, data: { state: "valid", finishedAt: now } });
  });
}

/** What one look at the order says shall happen next; true when the chain is stored. */
async function advance(
  ctx: StepContext,
  account: Account,
  zone: Zone,
  work: PreparedOrder,
  { order, retryAfterMs }: { order: Order; retryAfterMs: number | undefined },
): Promise<boolean> {
  switch (order.status) {
    case "pending":
      try {
        await authorizeNames(ctx, account, zone, order);
      } catch (error) {
        if (error instanceof AuthorizationFailure) return failNames(ctx, work, error);
        throw error;
      }
      return false;
    case "ready":
      await ctx.guard();
      ctx.log.info("Handing in the certificate request");
      await finalizeOrder(account.client, order.finalize, pemToDer(work.csrPem), ctx);
      return false;
    case "processing":
      ctx.progress("the authority signs");
      await delay(Math.min(retryAfterMs ?? 500, 60_000), undefined, { signal: ctx.signal });
      return false;
    case "invalid":
      return failInvalid(ctx, account, work, order);
    case "valid":
      if (!order.certificate)
        throw new AppError({
          code: "acme.unreadable",
          message: "The certificate authority finished the order and did not say where the certificate is.",
          retry: "retry",
        });
      await storeChain(ctx, account, work, order.certificate);
      return true;
  }
}

/** Brings an order, from wherever it stands, to a stored certificate. */
export async function completeOrder(
  ctx: StepContext,
  account: Account,
  zone: Zone,
  prepared: PreparedOrder,
): Promise<void> {
  let work = prepared;
  if (!work.orderUrl) await assertFailureBudget(work.names);
  let url = work.orderUrl ?? (await beginOrder(ctx, account, work));
  if (work.orderUrl) ctx.log.info(`Going on with the order ${url}`);
  const deadline = Date.now() + LIMIT_MS;
  while (Date.now() < deadline) {
    const current = await readOrder(account.client, url, ctx);
    if (current) {
      if (await advance(ctx, account, zone, work, current)) return;
      continue;
    }
    ctx.log.warn("The authority has forgotten the order; beginning another");
    await markFailed(ctx, work, { names: [], problem: "The authority has forgotten the order." });
    work = await prepareNext(ctx, work);
    url = await beginOrder(ctx, account, work);
  }
  throw new AppError({
    code: "acme.slow_order",
    message: "The certificate authority takes long to finish the order.",
    retry: "retry",
    retryAfterMs: 10_000,
  });
}
