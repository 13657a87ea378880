import { checkChain, isForKey, splitChain } from "#lib/integrations/acme/chain.ts";
import { readCsrKey } from "#lib/integrations/acme/csr.ts";
import { readKey } from "#lib/integrations/acme/keys.ts";
import { downloadChain } from "#lib/integrations/acme/orders.ts";
import { Prisma } from "#lib/platform/db/client.ts";
import type { StepContext } from "#lib/steps/types.ts";
import { chooseRenewalTime } from "./choose-renewal-time.ts";
import { deleteUnusedKeys } from "./delete-keys.ts";
import { closePhases, notePhase } from "./enter-phase.ts";
import type { Account } from "./open-account.ts";
import type { PreparedOrder } from "./prepare-order.ts";

/**
 * Downloads the chain and puts it in the place of the one before, with its key, in one transaction: there is no moment at which
 * a chain stands beside another's key. False when it was made for another request than ours: two asked for the same names at
 * once and the authority gave both the same order.
 */
export async function storeChain(
  ctx: StepContext,
  account: Account,
  work: PreparedOrder,
  certificateUrl: string,
): Promise<boolean> {
  const chainPem = await downloadChain(account.client, certificateUrl, ctx);
  const [leaf] = splitChain(chainPem);
  const key = work.keyPem === null ? readCsrKey(work.csrPem) : readKey(work.keyPem);
  if (leaf && !isForKey(leaf, key)) return false;
  const facts = checkChain(chainPem, work.names, key);
  const { serial, issuer, notBefore, notAfter } = facts;
  ctx.log.info(`Downloaded the chain: ${issuer}, serial ${serial}, valid until ${notAfter.toISOString()}`);
  const { renewalInfo } = await account.client.directory(ctx.signal);
  await ctx.write(async (tx) => {
    const now = new Date();
    const { keySecretId } = await tx.acmeOrder.update({
      where: { id: work.orderId },
      data: { ...{ state: "valid", finishedAt: now, chainPem, serial, notAfter }, problem: Prisma.DbNull },
    });
    await tx.certificate.update({
      where: { id: work.certificateId },
      data: {
        ...{ state: "issued", chainPem, serial, issuer, notBefore, notAfter, keySecretId, issuedAt: now },
        ...{ currentOrderId: work.orderId, error: null, renewalError: null },
        ...{ renewAt: chooseRenewalTime(facts), ariWindow: Prisma.DbNull, ariCheckAt: renewalInfo ? now : null },
      },
    });
    await notePhase(tx, work.orderId, "stored", `Serial ${serial}, until ${notAfter.toISOString()}`);
  });
  return true;
}

/** After the new one is in place: what only the certificates before the last needed is destroyed. */
export async function tidyOrder(ctx: StepContext, work: Pick<PreparedOrder, "orderId" | "certificateId">) {
  await ctx.write(async (tx) => {
    await deleteUnusedKeys(tx, work.certificateId);
    await notePhase(tx, work.orderId, "cleaned");
    await closePhases(tx, work.orderId);
  });
}
