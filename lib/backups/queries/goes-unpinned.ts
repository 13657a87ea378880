import { db, type Tx } from "#lib/platform/db/client.ts";
import { planRetention } from "../retention/plan-retention.ts";
import { listPolicyRows } from "./find-policy.ts";
import { listPoints } from "./list-points.ts";

/** Whether its policy's retention keeps a point by nothing but its pin. Of a policy that has ended it removes none. */
export async function goesUnpinned(
  { id, policyId }: { id: string; policyId: string | null },
  now: Date,
  tx: Tx = db(),
): Promise<boolean> {
  const [policy] = policyId === null ? [] : await listPolicyRows({ id: policyId }, tx);
  if (!policy) return false;
  const points = await listPoints(policy.id, now, tx);
  const unpinned = points.map((point) => (point.id === id ? { ...point, pinned: null } : point));
  return planRetention(unpinned, policy, now).some(({ point, keep }) => point.id === id && !keep);
}
