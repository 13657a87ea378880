import { splitChain } from "#lib/integrations/acme/chain.ts";
import { revokeCertificate } from "#lib/integrations/acme/orders.ts";
import { db } from "#lib/platform/db/client.ts";
import { toAppError } from "#lib/platform/errors.ts";
import type { StepContext } from "#lib/steps/types.ts";
import { deleteKeys } from "./delete-keys.ts";
import { withAccount } from "./open-account.ts";
import { removeDeliveries } from "./remove-deliveries.ts";

async function revoke(ctx: StepContext, chainPem: string): Promise<void> {
  const [leaf] = splitChain(chainPem);
  if (!leaf || leaf.validToDate < new Date()) return;
  try {
    await withAccount(ctx, async ({ client }) => {
      await ctx.guard();
      await revokeCertificate(client, leaf.raw, { signal: ctx.signal, reason: "cessationOfOperation" });
    });
    ctx.log.info(`Revoked certificate ${leaf.serialNumber}: the service is no more`);
  } catch (error) {
    ctx.signal.throwIfAborted();
    // A courtesy to others: the key is destroyed here in any case.
    const { message, detail } = toAppError(error);
    ctx.log.warn(`The certificate could not be revoked. ${message} ${detail ?? ""}`);
  }
}

/** Revokes a certificate where possible and takes it and its keys out of the panel; the row stays as a mark. */
export async function discardCertificate(ctx: StepContext, certificateId: string): Promise<void> {
  await removeDeliveries(ctx, certificateId);
  const row = await db().certificate.findUnique({ where: { id: certificateId } });
  if (row?.chainPem) await revoke(ctx, row.chainPem);
  await ctx.write(async (tx) => {
    const now = new Date();
    await tx.certificate.updateMany({
      where: { id: certificateId },
      data: {
        ...{ state: "revoked", chainPem: null, keySecretId: null, renewAt: null, ariCheckAt: null, revokedAt: now },
        revokedReason: "cessationOfOperation",
      },
    });
    await tx.acmeOrder.updateMany({
      where: { certificateId, state: { not: "valid" } },
      data: { state: "invalid", finishedAt: now },
    });
    await deleteKeys(tx, certificateId);
  });
  ctx.log.info("Took the certificate and its key out of the panel");
}
