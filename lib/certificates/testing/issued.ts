import { randomUUID } from "node:crypto";
import { describeChain } from "#lib/integrations/ingress/pem.ts";
import { transaction } from "#lib/platform/db/transaction.ts";
import { storeSecret } from "#lib/secrets/commands.ts";
import type { MadeCertificate } from "#local/authority.ts";
import { toNamesKey } from "../format.ts";

interface Kept {
  names: readonly string[];
  serviceId?: string | null;
  ownerId?: string | null;
  /** Of a certificate that was kept before: it is renewed with this one. */
  id?: string;
}

/** Keeps a certificate as an issue or a renewal would, in no time and with no authority. Returns its id. */
export async function keepIssued(made: MadeCertificate, kept: Kept): Promise<string> {
  const { names, serviceId = null, ownerId = null } = kept;
  const certificateId = kept.id ?? randomUUID();
  const orderId = randomUUID();
  const now = new Date();
  await transaction(async (tx) => {
    const name = `certificates.${certificateId}.${orderId}.key`;
    const { id: keySecretId } = await storeSecret(tx, { name, value: made.keyPem, serviceId });
    const { serial } = describeChain(made.chainPem);
    const data = {
      ...{ chainPem: made.chainPem, keySecretId, serial, currentOrderId: orderId, issuer: "Test Root" },
      ...{ state: "issued", notBefore: now, notAfter: new Date(now.getTime() + 90 * 86_400_000), issuedAt: now },
    };
    await tx.certificate.upsert({
      where: { id: certificateId },
      create: { id: certificateId, names: toNamesKey(names), serviceId, ownerId, ...data },
      update: data,
    });
    await tx.acmeOrder.create({ data: { id: orderId, certificateId, state: "valid", csrPem: "", keySecretId } });
  });
  return certificateId;
}
