import type { Tx } from "#lib/platform/db/client.ts";
import { type PointOrigin, pickDestination } from "../restore/pick-destination.ts";
import { type PolicyRow, toPolicyRow, WITH_NAMES } from "./find-policy.ts";

/** The policy that names the living data of one kind, of a service's environment; null when there is none. */
export async function findDestination(
  tx: Tx,
  where: { serviceId: string; environment: string; kind: string },
  point: PointOrigin,
): Promise<PolicyRow | null> {
  const rows = await tx.backupPolicy.findMany({
    where: { ...where, removedAt: null },
    include: WITH_NAMES,
    orderBy: { name: "asc" },
  });
  const row = pickDestination(rows, point);
  return row ? toPolicyRow(row) : null;
}
