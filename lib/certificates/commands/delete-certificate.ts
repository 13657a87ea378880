import { authorize } from "#lib/access/policy.ts";
import type { UserActor } from "#lib/access/types.ts";
import { recordAudit } from "#lib/audit/record.ts";
import { transaction } from "#lib/platform/db/transaction.ts";
import { conflict } from "#lib/platform/errors.ts";
import { refuseBusy } from "#lib/runs/commands/create-run.ts";
import { deleteSecret } from "#lib/secrets/commands.ts";
import { exclusiveKeyOf, findVisible } from "../queries/visible.ts";

/** Takes one that was revoked or never issued out of the panel, with its orders and keys. An issued one is revoked first. */
export async function deleteCertificate(actor: UserActor, id: string): Promise<void> {
  await transaction(async (tx) => {
    const row = await findVisible(actor, id, tx);
    authorize(actor, "certificates.delete", row);
    if (row.state === "issued")
      throw conflict("certificates.issued", "This certificate is in use.", "Revoke it first, then take it away.");
    const exclusiveKey = exclusiveKeyOf(id);
    if (await tx.run.findUnique({ where: { exclusiveKey }, select: { id: true } }))
      throw await refuseBusy(tx, exclusiveKey);
    const made = await tx.resource.findFirst({
      where: { kind: "certificate", providerId: id, state: { not: "gone" }, service: { state: { not: "retired" } } },
      select: { step: { select: { runId: true } } },
    });
    if (made && row.service)
      throw conflict(
        "certificates.kept",
        `Run ${made.step.runId} of ${row.service.name} made this certificate and still counts on it.`,
        "Undo that run: it takes the certificate with it.",
      );
    const orders = await tx.acmeOrder.findMany({ where: { certificateId: id }, select: { keySecretId: true } });
    const keyIds = [row.keySecretId, ...orders.map((order) => order.keySecretId)].flatMap((one) => one ?? []);
    const keys = await tx.secret.findMany({ where: { id: { in: keyIds } }, select: { name: true } });
    for (const name of new Set(keys.map((key) => key.name))) await deleteSecret(tx, name);
    await tx.servedCertificate.deleteMany({ where: { certificateId: id } });
    await tx.certificateDelivery.deleteMany({ where: { certificateId: id } });
    await tx.acmeOrder.deleteMany({ where: { certificateId: id } });
    await tx.certificate.delete({ where: { id } });
    await recordAudit(tx, actor, {
      action: "certificates.delete",
      subjectType: "certificate",
      subjectId: id,
      detail: { names: row.names, state: row.state },
    });
  });
}
