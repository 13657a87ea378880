import type { Tx } from "#lib/platform/db/client.ts";
import { type PolicyRow, toPolicyRow, WITH_NAMES } from "./find-policy.ts";

/**
 * The policy that names the living data of one kind, of a service's environment; null when there is none. Of several the one
 * the point came from, else the one called the same, else the first.
 */
export async function findDestination(
  tx: Tx,
  where: { serviceId: string; environment: string; kind: string },
  point: { policyId: string | null; policy: string },
): Promise<PolicyRow | null> {
  const rows = await tx.backupPolicy.findMany({
    where: { ...where, removedAt: null },
    include: WITH_NAMES,
    orderBy: { name: "asc" },
  });
  const row = rows.find((one) => one.id === point.policyId) ?? rows.find((one) => one.name === point.policy) ?? rows[0];
  return row ? toPolicyRow(row) : null;
}
