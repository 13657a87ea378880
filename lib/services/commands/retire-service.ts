import { forgetAccounts } from "#lib/databases/commands/follow-account-run.ts";
import type { Tx } from "#lib/platform/db/client.ts";

/**
 * Nothing of the service is left outside but what was kept on purpose: its names are free again, its history stays. Safe to call
 * twice.
 */
export async function retireService(tx: Tx, id: string, { keepsSecrets = false } = {}): Promise<void> {
  const now = new Date();
  await tx.service.updateMany({
    where: { id, state: { not: "retired" } },
    data: { state: "retired", retiredAt: now, version: { increment: 1 } },
  });
  await tx.serviceClaim.deleteMany({ where: { serviceId: id } });
  await forgetAccounts(tx, id);
  await tx.backupPolicy.updateMany({
    where: { serviceId: id, removedAt: null },
    data: { scope: null, removedAt: now, nextAt: null, nextVerifyAt: null, overdueAt: null },
  });
  // What people ordered for it besides is in no ledger: a later service of the name must not find it.
  await tx.certificate.updateMany({
    where: { serviceId: id, state: { not: "revoked" } },
    data: { serviceId: null, ownerId: null, autoRenew: false },
  });
  if (keepsSecrets) return;
  // Those a person entered are in no ledger; they go with the service all the same.
  await tx.secret.updateMany({
    where: { serviceId: id, deletedAt: null },
    data: { deletedAt: now, ciphertext: new Uint8Array(0) },
  });
}
