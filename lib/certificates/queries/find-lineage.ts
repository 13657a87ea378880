import type { Tx } from "#lib/platform/db/client.ts";
import { toNamesKey } from "../format.ts";
import type { CertificateSummary } from "../types.ts";
import { summarize } from "./summarize.ts";
import { SUMMARY } from "./visible.ts";

export interface Lineage {
  names: readonly string[];
  /** One of the panel's key types, or csr. */
  keyType: string;
  csrPem: string | null;
  /** A certificate belongs to a service, or else to a person. */
  serviceId: string | null;
  ownerId: string | null;
}

/** The certificate there is for exactly these names, with a key of that kind, and of that owner; revoked ones do not count. */
export async function findLineage(tx: Tx, wanted: Lineage): Promise<CertificateSummary | null> {
  const { names, keyType, csrPem, serviceId, ownerId } = wanted;
  const candidates = await tx.certificate.findMany({
    where: {
      names: toNamesKey(names),
      keyType,
      state: { not: "revoked" },
      ...(serviceId ? { serviceId } : { serviceId: null, ownerId }),
    },
    orderBy: [{ state: "asc" }, { createdAt: "desc" }],
    select: { ...SUMMARY, csrPem: true },
  });
  // Requests with other keys are other certificates.
  const row = candidates.find((one) => keyType !== "csr" || one.csrPem === csrPem);
  if (!row) return null;
  const [summary] = await summarize(tx, [row]);
  return summary ?? null;
}
