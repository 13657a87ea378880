import { db, type Tx } from "#lib/platform/db/client.ts";

/** Why retention removes nothing of a policy now, in words; null when it may. */
export async function explainNothingGoes(policyId: string, tx: Tx = db()): Promise<string | null> {
  const newest = await tx.backup.findFirst({
    where: { policyId, state: { not: "running" } },
    orderBy: { startedAt: "desc" },
    select: { state: true },
  });
  if (newest?.state === "failed" || newest?.state === "missed")
    return "The last backup did not succeed, so none of the earlier ones is removed.";
  // One that waits for a person reads nothing meanwhile; when it goes on and its point is gone, it says so.
  const verifying = await tx.run.count({
    where: { exclusiveKey: `verify:${policyId}`, state: { not: "waiting" } },
  });
  return verifying > 0 ? "A point is being proven just now; the next run removes what is no longer kept." : null;
}

/**
 * Why what is relied upon cannot be looked at now, as far as the rows know: the targets' last checks. Whether the objects are there is
 * asked when the retention runs.
 */
export async function explainUnseen(points: readonly { targetId: string }[], tx: Tx = db()): Promise<string | null> {
  const failing = await tx.backupTarget.findFirst({
    where: { id: { in: points.map((point) => point.targetId) }, state: "failing" },
    select: { name: true },
  });
  return failing && `The target ${failing.name} is failing: until it works again, none of the earlier ones is removed.`;
}
