import { splitChain } from "#lib/integrations/acme/chain.ts";
import { type RevocationReason, revokeCertificate } from "#lib/integrations/acme/orders.ts";
import { db } from "#lib/platform/db/client.ts";
import { AppError } from "#lib/platform/errors.ts";
import type { StepContext } from "#lib/steps/types.ts";
import { deleteKeys } from "./delete-keys.ts";
import { withAccount } from "./open-account.ts";
import { removeDeliveries } from "./remove-deliveries.ts";

/**
 * Revokes what is issued, for good, and destroys every key of it here; also when the key is with somebody else, for the account
 * that ordered a certificate may revoke it. The chain stays in its row for the record.
 */
export async function revokeIssued(ctx: StepContext, certificateId: string, reason: RevocationReason): Promise<void> {
  const row = await db().certificate.findUnique({ where: { id: certificateId } });
  if (!row) throw new AppError({ code: "certificates.missing", message: "There is no such certificate any more." });
  if (row.state === "revoked") return ctx.log.info("It was revoked already");
  const [leaf] = splitChain(row.chainPem ?? "");
  if (leaf && leaf.validToDate > new Date()) {
    await withAccount(ctx, async ({ client }) => {
      await ctx.guard();
      await revokeCertificate(client, leaf.raw, { signal: ctx.signal, reason });
    });
    ctx.log.info(`The authority has revoked certificate ${leaf.serialNumber}: ${reason}`);
  } else ctx.log.info("It has expired or was never issued: there is nothing to revoke");
  await removeDeliveries(ctx, certificateId);
  await ctx.write(async (tx) => {
    const now = new Date();
    await tx.certificate.update({
      where: { id: certificateId },
      data: {
        ...{ state: "revoked", revokedAt: now, revokedReason: reason, keySecretId: null, renewalError: null },
        ...{ renewAt: null, ariCheckAt: null },
      },
    });
    await tx.acmeOrder.updateMany({
      where: { certificateId, state: { notIn: ["valid", "invalid"] } },
      data: { state: "invalid", finishedAt: now },
    });
    await deleteKeys(tx, certificateId);
  });
  ctx.log.info("Destroyed its keys here");
}
