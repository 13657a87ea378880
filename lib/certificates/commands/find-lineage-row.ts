import { db } from "#lib/platform/db/client.ts";
import { AppError } from "#lib/platform/errors.ts";
import { toNamesKey } from "../format.ts";

/** A certificate's row as the engine works with it. */
export interface Lineage {
  id: string;
  names: string[];
  serviceId: string | null;
  keyType: string;
  csrPem: string | null;
  state: string;
  chainPem: string | null;
  currentOrderId: string | null;
}

const SELECT = {
  ...{ id: true, names: true, serviceId: true, keyType: true, csrPem: true, state: true, chainPem: true },
  currentOrderId: true,
} as const;

const toLineage = <R extends { names: string }>(row: R) => ({ ...row, names: row.names.split(",") });

/** How near a row is to what is wanted. */
const RANKS = ["issued", "pending", "failed"];

/** A service's certificate for exactly these names, whose key the panel has: the issued one before those that are not yet. */
export async function findLineageByNames(
  serviceId: string | null,
  names: readonly string[],
): Promise<Lineage | undefined> {
  const rows = await db().certificate.findMany({
    where: {
      ...{ serviceId, names: toNamesKey(names), state: { in: RANKS }, keyType: { not: "csr" } },
      // Without a service it is the panel's own: people's are found by their id.
      ...(serviceId === null ? { ownerId: null } : {}),
    },
    select: SELECT,
    orderBy: { createdAt: "desc" },
  });
  const row = rows.toSorted((a, b) => RANKS.indexOf(a.state) - RANKS.indexOf(b.state))[0];
  return row && toLineage(row);
}

/** The certificate of an id; throws when there is none any more, or it was revoked. */
export async function readLineage(certificateId: string): Promise<Lineage> {
  const row = await db().certificate.findUnique({ where: { id: certificateId }, select: SELECT });
  if (row && row.state !== "revoked") return toLineage(row);
  throw new AppError({
    code: row ? "certificates.revoked" : "certificates.missing",
    message: row ? "The certificate was revoked." : "There is no such certificate any more.",
    advice: "Ask for a new one.",
    retry: "permanent",
  });
}
