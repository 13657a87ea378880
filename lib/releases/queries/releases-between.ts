import type { Tx } from "#lib/platform/db/client.ts";
import type { ComparisonView } from "../types.ts";

const MOST = 50;

/** Releases after one number and up to another, the newest first: what comes along. */
export async function readBetween(
  tx: Tx,
  serviceId: string,
  after: number,
  until: number,
): Promise<ComparisonView["between"]> {
  const rows = await tx.release.findMany({
    where: { serviceId, number: { gt: after, lte: until }, state: "ready" },
    orderBy: { number: "desc" },
    take: MOST,
    include: { by: { select: { id: true, displayName: true } } },
  });
  return rows.map(({ id, number, commitId, sourceUrl, notes, by, createdAt }) => ({
    ...{ id, number, commitId, sourceUrl, notes },
    by: by && { id: by.id, name: by.displayName },
    createdAt: createdAt.toISOString(),
  }));
}
