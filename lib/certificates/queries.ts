import { authorize } from "#lib/access/policy.ts";
import type { Actor } from "#lib/access/types.ts";
import { db, type Tx } from "#lib/platform/db/client.ts";
import { countDaysLeft } from "./format.ts";
import type { CertificateView } from "./types.ts";

/** Certificates of one service, or of all, those that expire first in front. Takes explicit arguments, for steps. */
export async function readCertificates(tx: Tx, filter: { serviceId?: string | null }): Promise<CertificateView[]> {
  const rows = await tx.certificate.findMany({
    where: { state: { not: "revoked" }, ...(filter.serviceId === undefined ? {} : { serviceId: filter.serviceId }) },
    omit: { chainPem: true, keySecretId: true },
    include: { service: { select: { id: true, name: true } } },
    orderBy: [{ notAfter: "asc" }, { createdAt: "desc" }],
  });
  return rows.map((row) => ({
    id: row.id,
    service: row.service,
    names: row.names.split(","),
    state: row.state,
    issuer: row.issuer,
    serial: row.serial,
    notBefore: row.notBefore?.toISOString() ?? null,
    notAfter: row.notAfter?.toISOString() ?? null,
    daysLeft: row.notAfter ? countDaysLeft(row.notAfter) : null,
    error: row.error,
    createdAt: row.createdAt.toISOString(),
    issuedAt: row.issuedAt?.toISOString() ?? null,
  }));
}

/** For a page: the certificates of a service, or of all services. */
export async function listCertificates(actor: Actor, filter: { serviceId?: string } = {}): Promise<CertificateView[]> {
  authorize(actor, "certificates.read");
  return readCertificates(db(), filter);
}
