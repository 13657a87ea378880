import type { Tx } from "#lib/platform/db/client.ts";
import { invalid } from "#lib/platform/errors.ts";
import { type PointOrigin, pickDestination } from "../restore/pick-destination.ts";
import { listPolicyRows, type PolicyRow } from "./find-policy.ts";

/**
 * The policy that names the living data a restore goes to: the one that was chosen, else what the point is of, else the only data
 * of that kind there; null when there is none.
 */
export async function findDestination(
  tx: Tx,
  where: { serviceId: string; environment: string; kind: string },
  point: PointOrigin,
  policyId: string | undefined,
): Promise<PolicyRow | null> {
  const rows = await listPolicyRows(where, tx);
  if (policyId !== undefined) {
    const chosen = rows.find(({ id }) => id === policyId);
    if (!chosen) throw invalid({ policyId: "There is no such policy of that kind of data there any more." });
    return chosen;
  }
  const found = pickDestination(rows, point);
  if (!found && rows.length > 0)
    throw invalid({ policyId: "It is none of the data that is there, of which there is more than one: choose." });
  return found ?? null;
}
