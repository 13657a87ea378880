import { db, type Tx } from "#lib/platform/db/client.ts";

/**
 * Why a point must not be removed by anybody's wish, in words; null when it may. Of a policy that still runs, its last proven
 * point stays, and while none is proven its newest; what is pinned, locked or in use stays always.
 */
export async function explainStays(
  backupId: string,
  now: Date,
  tx: Tx = db(),
  { evenLastProven = false }: { evenLastProven?: boolean } = {},
): Promise<string | null> {
  const row = await tx.backup.findUniqueOrThrow({
    where: { id: backupId },
    select: {
      ...{ state: true, policyId: true, pinnedAt: true, lockedUntil: true, removedAt: true },
      backupPolicy: { select: { removedAt: true, service: { select: { state: true } } } },
      restores: { where: { state: "running" }, select: { id: true }, take: 1 },
      links: { where: { revokedAt: null, expiresAt: { gt: now } }, select: { id: true }, take: 1 },
    },
  });
  if (row.state === "running") return "It is still being taken.";
  if (row.pinnedAt) return "It is pinned. Unpin it first.";
  if (row.lockedUntil && row.lockedUntil > now)
    return `It is locked until ${row.lockedUntil.toISOString().slice(0, 16).replace("T", " ")} UTC: nobody can delete it before.`;
  if (row.restores.length > 0) return "It is being restored just now.";
  if (row.links.length > 0) return "A link to it is still open. Revoke the link first.";
  if (evenLastProven) return null;
  const policy = row.backupPolicy;
  if (!row.policyId || !policy || policy.removedAt || policy.service?.state === "retired") return null;
  // The end of an index, however many points there are.
  const findNewest = (state: string) =>
    tx.backup.findFirst({
      where: { policyId: row.policyId, removedAt: null, state, missingAt: null },
      orderBy: { startedAt: "desc" },
      select: { id: true },
    });
  const proven = await findNewest("verified");
  if (proven)
    return proven.id === backupId ? "It is the last one that was proven. Take and prove a newer one first." : null;
  return (await findNewest("stored"))?.id === backupId
    ? "It is the newest one, and none of them is proven. Prove one first."
    : null;
}
