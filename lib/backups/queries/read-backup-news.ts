import type { Tx } from "#lib/platform/db/client.ts";

/** What a mail about a backup says: never what is in it. */
export interface BackupNews {
  id: string;
  /** "pad-notes", or "Seaworthy itself". */
  owner: string;
  environment: string;
  policyId: string | null;
  policy: string;
  state: string;
  startedAt: Date;
  dueAt: Date | null;
  error: string | null;
  anomaly: string | null;
  sizeBytes: number | null;
  /** Start of the newest backup of the same policy that is there and proven; null: there is none. */
  restorableAsOf: Date | null;
}

/** The moment a policy's data can provably be brought back to. */
async function readProvenAsOf(tx: Tx, policyId: string | null): Promise<Date | null> {
  if (policyId === null) return null;
  const proven = await tx.backup.findFirst({
    where: { policyId, state: "verified", removedAt: null, missingAt: null },
    orderBy: { startedAt: "desc" },
    select: { startedAt: true },
  });
  return proven?.startedAt ?? null;
}

/** Backups for a mail, oldest first. Takes explicit arguments, for steps. */
export async function readBackupNews(tx: Tx, ids: readonly string[]): Promise<BackupNews[]> {
  const rows = await tx.backup.findMany({
    where: { id: { in: [...ids] } },
    include: { service: { select: { name: true } } },
    orderBy: { startedAt: "asc" },
  });
  const news: BackupNews[] = [];
  for (const row of rows)
    news.push({
      ...{ id: row.id, owner: row.service?.name ?? "Seaworthy itself", environment: row.environment },
      ...{ policyId: row.policyId, policy: row.policy, state: row.state, startedAt: row.startedAt, dueAt: row.dueAt },
      ...{ error: row.error, anomaly: row.anomaly, sizeBytes: row.sizeBytes === null ? null : Number(row.sizeBytes) },
      restorableAsOf: await readProvenAsOf(tx, row.policyId),
    });
  return news;
}

export interface OverdueNews {
  policyId: string;
  owner: string;
  environment: string;
  policy: string;
  overdueAt: Date;
  /** Why the last one did not succeed, when it did not. */
  lastError: string | null;
  restorableAsOf: Date | null;
}

/** A policy that is overdue since that moment; null when something good has come meanwhile. */
export async function readOverdueNews(tx: Tx, policyId: string, overdueAt: Date): Promise<OverdueNews | null> {
  const row = await tx.backupPolicy.findUnique({
    where: { id: policyId },
    include: { service: { select: { name: true } } },
  });
  if (!row || row.removedAt || !row.enabled || row.overdueAt?.getTime() !== overdueAt.getTime()) return null;
  const last = await tx.backup.findFirst({
    where: { policyId, state: { not: "running" } },
    orderBy: { startedAt: "desc" },
    select: { error: true },
  });
  return {
    ...{ policyId, owner: row.service?.name ?? "Seaworthy itself", environment: row.environment, policy: row.name },
    ...{ overdueAt, lastError: last?.error ?? null, restorableAsOf: await readProvenAsOf(tx, policyId) },
  };
}

export interface ProofsStoppedNews extends Omit<OverdueNews, "overdueAt" | "lastError"> {
  since: Date;
  /** Why the first of them proved nothing. */
  error: string;
}

/** A policy whose proofs stopped at that moment; null when one has succeeded since. */
export async function readProofsStoppedNews(tx: Tx, policyId: string, since: Date): Promise<ProofsStoppedNews | null> {
  const row = await tx.backupPolicy.findUnique({
    where: { id: policyId, removedAt: null, unprovenSince: since },
    include: { service: { select: { name: true } } },
  });
  if (!row) return null;
  return {
    ...{ policyId, owner: row.service?.name ?? "Seaworthy itself", environment: row.environment, policy: row.name },
    ...{ since, error: row.unprovenWhy ?? "", restorableAsOf: await readProvenAsOf(tx, policyId) },
  };
}

export interface DisproofNews extends BackupNews {
  level: string;
  summary: string;
}

/** A look that found a point bad; null when a later one found it good again. */
export async function readDisproofNews(tx: Tx, verificationId: string): Promise<DisproofNews | null> {
  const look = await tx.verification.findUnique({ where: { id: verificationId } });
  if (!look || look.ok) return null;
  const later = await tx.verification.count({
    where: { backupId: look.backupId, level: look.level, ok: true, createdAt: { gt: look.createdAt } },
  });
  const [news] = await readBackupNews(tx, [look.backupId]);
  if (later > 0 || !news) return null;
  const { summary } = look.report as { summary?: unknown };
  return {
    ...news,
    level: look.level,
    summary: typeof summary === "string" ? summary : (news.error ?? "It was not right."),
  };
}

export interface RestoreNews {
  restoreId: string;
  backupId: string;
  owner: string;
  environment: string;
  state: string;
  mode: string;
  destination: string;
  by: string;
  asOf: Date;
  error: string | null;
  runId: number | null;
}

/** One restore that has ended; null while it has not. */
export async function readRestoreNews(tx: Tx, restoreId: string): Promise<RestoreNews | null> {
  const row = await tx.restore.findUnique({
    where: { id: restoreId },
    include: {
      service: { select: { name: true } },
      by: { select: { displayName: true } },
      backup: { select: { startedAt: true } },
    },
  });
  if (!row || row.state === "running") return null;
  return {
    ...{ restoreId, backupId: row.backupId, owner: row.service?.name ?? "Seaworthy itself" },
    ...{ environment: row.environment, state: row.state, mode: row.mode, destination: row.destination },
    ...{ by: row.by.displayName, asOf: row.backup.startedAt, error: row.error, runId: row.runId },
  };
}

export interface KeptNews extends Pick<RestoreNews, "backupId" | "owner" | "environment"> {
  /** The database or folder. */
  name: string;
  since: Date;
  /** Who restored it beside, and as of when; null: it is what lived before a swap. */
  copy: { by: string; asOf: Date } | null;
}

/** What a restore has put beside, or its swap keeps; null once it is gone or being removed, or lives. */
export async function readKeptNews(tx: Tx, restoreId: string): Promise<KeptNews | null> {
  const row = await tx.restore.findUnique({
    where: { id: restoreId, givenUpAt: null },
    include: {
      service: { select: { name: true } },
      by: { select: { displayName: true } },
      backup: { select: { startedAt: true } },
    },
  });
  if (!row?.service) return null;
  const { backupId, environment, state, previous, swappedAt, destination, finishedAt } = row;
  const about = { backupId, environment, owner: row.service.name };
  if (state === "swapped" && previous !== null && swappedAt !== null)
    return { ...about, name: previous, since: swappedAt, copy: null };
  if (state !== "restored" || finishedAt === null) return null;
  return {
    ...{ ...about, name: destination, since: finishedAt },
    copy: { by: row.by.displayName, asOf: row.backup.startedAt },
  };
}
