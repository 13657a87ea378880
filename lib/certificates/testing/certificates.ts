import { randomUUID, X509Certificate } from "node:crypto";
import { issueLocally, type LocalCertificate } from "#lib/integrations/acme/testing/issue-locally.ts";
import { config } from "#lib/platform/config/config.ts";
import { db, type Prisma } from "#lib/platform/db/client.ts";
import { storeSecret } from "#lib/secrets/commands.ts";
import { toNamesKey } from "../format.ts";

/** The zone of ROOT_DOMAIN, as the first full pass would have found it. */
export async function createRootZone(): Promise<void> {
  const name = config().ROOT_DOMAIN;
  const zone = { id: randomUUID(), name, providerZoneId: `Z${randomUUID().slice(0, 12)}`, nameServers: [] };
  await db().dnsZone.upsert({ where: { name }, create: zone, update: {} });
}

export async function createServiceRow(ownerId: string, name: string): Promise<{ id: string; name: string }> {
  const data = { id: randomUUID(), name, ownerId, purpose: "A test's", state: "live" };
  return db().service.create({ data, select: { id: true, name: true } });
}

export interface IssuedFixture extends LocalCertificate {
  id: string;
  serial: string;
}

/** An issued certificate of a person or a service, with a chain and a key that fit. */
export async function createIssued(
  names: readonly string[],
  owner: { ownerId: string } | { serviceId: string },
  more: Partial<Prisma.CertificateUncheckedCreateInput> = {},
): Promise<IssuedFixture> {
  const local = await issueLocally(names);
  const leaf = new X509Certificate(local.leafPem);
  const [id, orderId] = [randomUUID(), randomUUID()];
  const secret = await storeSecret(db(), {
    name: `certificates.${id}.${orderId}.key`,
    value: local.keyPem,
    serviceId: "serviceId" in owner ? owner.serviceId : null,
  });
  await db().certificate.create({
    data: {
      ...{ id, names: toNamesKey(names), state: "issued", chainPem: local.chainPem, keySecretId: secret.id, ...owner },
      ...{ serial: leaf.serialNumber, issuer: "Test issuer", currentOrderId: orderId, issuedAt: new Date() },
      ...{ notBefore: leaf.validFromDate, notAfter: leaf.validToDate, ...more },
    },
  });
  await db().acmeOrder.create({
    data: {
      ...{ id: orderId, certificateId: id, state: "valid", csrPem: local.csrPem, keySecretId: secret.id },
      ...{ serial: leaf.serialNumber, chainPem: local.chainPem, finishedAt: new Date() },
    },
  });
  return { ...local, id, serial: leaf.serialNumber };
}
