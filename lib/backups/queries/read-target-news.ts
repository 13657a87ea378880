import type { Tx } from "#lib/platform/db/client.ts";

export interface TargetNews {
  targetId: string;
  target: string;
  since: Date;
  error: string;
  policies: number;
  points: number;
}

/** A target that fails since that moment; null when it works again. Takes explicit arguments, for steps. */
export async function readTargetNews(tx: Tx, targetId: string, since: Date): Promise<TargetNews | null> {
  const row = await tx.backupTarget.findUnique({
    where: { id: targetId, removedAt: null, state: "failing", failingSince: since },
    select: { name: true, error: true },
  });
  if (!row) return null;
  const policies = await tx.backupPolicy.count({ where: { targetId, removedAt: null } });
  const points = await tx.backup.count({
    where: { targetId, state: { in: ["stored", "verified"] }, removedAt: null },
  });
  return { targetId, target: row.name, since, error: row.error ?? "", policies, points };
}

export interface MissingNews {
  backupId: string;
  targetId: string;
  target: string;
  owner: string;
  environment: string;
  policyId: string | null;
  policy: string;
  missingSince: Date;
  /** When those that are missing since then were begun, newest first. */
  startedAt: Date[];
  /** Start of the newest backup of the same data that is there and proven; null: there is none. */
  restorableAsOf: Date | null;
}

/** Points of one policy that a look through their target missed at that moment; null when all of them are there again, or gone. */
export async function readMissingNews(tx: Tx, backupId: string, missingSince: Date): Promise<MissingNews | null> {
  const first = await tx.backup.findUnique({
    where: { id: backupId },
    include: { service: { select: { name: true } }, target: { select: { id: true, name: true } } },
  });
  if (!first) return null;
  const { serviceId, environment, policyId, policy, service, target } = first;
  const whose = { serviceId, environment, policy, removedAt: null };
  const rows = await tx.backup.findMany({
    where: { ...whose, targetId: target.id, missingAt: missingSince },
    select: { startedAt: true },
    orderBy: { startedAt: "desc" },
  });
  if (rows.length === 0) return null;
  const proven = await tx.backup.findFirst({
    where: { ...whose, state: "verified", missingAt: null },
    select: { startedAt: true },
    orderBy: { startedAt: "desc" },
  });
  return {
    ...{ backupId, targetId: target.id, target: target.name, owner: service?.name ?? "Seaworthy itself" },
    ...{ environment, policyId, policy, missingSince, startedAt: rows.map((row) => row.startedAt) },
    restorableAsOf: proven?.startedAt ?? null,
  };
}
