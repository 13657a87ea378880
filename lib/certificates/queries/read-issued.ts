import type { Tx } from "#lib/platform/db/client.ts";

export interface IssuedCertificate {
  names: string[];
  issuer: string;
  notAfter: Date;
}

/** The issued certificates of a service, those that expire first in front. Takes explicit arguments, for steps. */
export async function readIssued(tx: Tx, filter: { serviceId: string }): Promise<IssuedCertificate[]> {
  const rows = await tx.certificate.findMany({
    where: { state: "issued", serviceId: filter.serviceId },
    select: { names: true, issuer: true, notAfter: true },
    orderBy: [{ notAfter: "asc" }, { createdAt: "desc" }],
  });
  return rows.flatMap(({ names, issuer, notAfter }) =>
    issuer && notAfter ? [{ names: names.split(","), issuer, notAfter }] : [],
  );
}
