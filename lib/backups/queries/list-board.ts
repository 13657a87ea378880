import { authorize, may } from "#lib/access/policy.ts";
import type { Actor } from "#lib/access/types.ts";
import { db, Prisma, type Tx } from "#lib/platform/db/client.ts";
import { notFound } from "#lib/platform/errors.ts";
import { type BoardFilter, type BoardSort, PANEL } from "../constants.ts";
import type { BackupBoard, BackupBoardRow } from "../types.ts";
import { findAvailability, findRuns, readEngine, readLevel, readState, toNumber } from "./backup-view.ts";
import { FITS, sortClaims, summarizeClaims } from "./judge-claims.ts";
import { type Claim, readClaims } from "./read-claims.ts";

export interface BoardQuestion {
  filter?: BoardFilter | undefined;
  /** A part of a service's or a policy's name, or an engine. */
  q?: string | undefined;
  /** Only of this service; `_panel` for the panel itself. */
  service?: string | undefined;
  sort?: BoardSort | undefined;
  /** `next` of the page before. */
  after?: string | undefined;
  limit?: number | undefined;
}

const DEFAULT_LIMIT = 100;
const LIMIT_MAX = 200;
const SIZES_SHOWN = 30;

const keyOf = ({ policyId, serviceId, environment, policy }: Claim) =>
  policyId ?? (serviceId ? `${serviceId}/${environment}/${policy}` : PANEL);

/** The last thirty sizes of each policy, oldest first: one short walk along an index for each. */
async function readSizes(tx: Tx, policyIds: string[]): Promise<Map<string, BackupBoardRow["sizes"]>> {
  if (policyIds.length === 0) return new Map();
  const walks = policyIds.map(
    (id) => Prisma.sql`(SELECT id, policyId, startedAt, sizeBytes, anomaly FROM Backup
      FORCE INDEX (Backup_policyId_startedAt_idx)
      WHERE policyId = ${id} AND state IN ('stored', 'verified') AND sizeBytes IS NOT NULL
      ORDER BY startedAt DESC LIMIT ${SIZES_SHOWN})`,
  );
  const rows = await tx.$queryRaw<
    { id: string; policyId: string; startedAt: Date; sizeBytes: bigint; anomaly: string | null }[]
  >`${Prisma.join(walks, " UNION ALL ")}`;
  const sizes = rows
    .map((row) => ({ ...row, at: row.startedAt.toISOString(), sizeBytes: Number(row.sizeBytes) }))
    .sort((a, b) => a.startedAt.getTime() - b.startedAt.getTime());
  const byPolicy = Map.groupBy(sizes, (row) => row.policyId);
  return new Map(
    [...byPolicy].map(([policyId, all]) => [
      policyId,
      all.map(({ id, at, sizeBytes, anomaly }) => ({ id, at, sizeBytes, anomaly })),
    ]),
  );
}

/** Restore points that can be had now, by policy. */
async function countPoints(tx: Tx, policyIds: string[]): Promise<Map<string | null, number>> {
  if (policyIds.length === 0) return new Map();
  const rows = await tx.$queryRaw<{ policyId: string; points: bigint }[]>`
    SELECT policyId, COUNT(*) AS points FROM Backup FORCE INDEX (Backup_policyId_removedAt_state_startedAt_idx)
     WHERE policyId IN (${Prisma.join(policyIds)}) AND removedAt IS NULL AND missingAt IS NULL
       AND state IN ('stored', 'verified')
     GROUP BY policyId`;
  return new Map(rows.map((row) => [row.policyId, Number(row.points)]));
}

async function readLast(tx: Tx, ids: string[]): Promise<Map<string | null, NonNullable<BackupBoardRow["lastBackup"]>>> {
  const rows = await tx.backup.findMany({
    where: { id: { in: ids } },
    select: {
      id: true,
      state: true,
      proven: true,
      startedAt: true,
      finishedAt: true,
      sizeBytes: true,
      anomaly: true,
      error: true,
      stepId: true,
      missingAt: true,
      removedAt: true,
    },
  });
  const runs = await findRuns(
    tx,
    rows.map((row) => row.stepId),
  );
  return new Map(
    rows.map(({ stepId, missingAt, removedAt, ...row }) => [
      row.id,
      {
        ...row,
        state: readState(row.state),
        availability: findAvailability({ state: row.state, missingAt, removedAt }),
        proven: readLevel(row.proven),
        startedAt: row.startedAt.toISOString(),
        finishedAt: row.finishedAt?.toISOString() ?? null,
        sizeBytes: toNumber(row.sizeBytes),
        runId: runs.get(stepId) ?? null,
      },
    ]),
  );
}

/** Who owns what has no policy, by service. */
async function readOwners(tx: Tx, claims: readonly Claim[]): Promise<Map<string | null, string>> {
  const ids = claims.flatMap(({ policyId, serviceId }) => (policyId === null && serviceId ? serviceId : []));
  if (ids.length === 0) return new Map();
  const rows = await tx.service.findMany({ where: { id: { in: ids } }, select: { id: true, ownerId: true } });
  return new Map(rows.map((row) => [row.id, row.ownerId]));
}

/** Fills up the lines of one page with what only they show. */
async function toRows(tx: Tx, actor: Actor, claims: readonly Claim[]): Promise<BackupBoardRow[]> {
  const policyIds = claims.flatMap((claim) => claim.policyId ?? []);
  const [owners, sizes, counts, last] = await Promise.all([
    readOwners(tx, claims),
    readSizes(tx, policyIds),
    countPoints(tx, policyIds),
    readLast(
      tx,
      claims.flatMap((claim) => claim.lastId ?? []),
    ),
  ]);
  return claims.map((claim) => ({
    service: claim.service,
    environment: claim.environment,
    policyId: claim.policyId,
    policy: claim.policy,
    engine: readEngine(claim.engine),
    enabled: claim.enabled,
    asOf: claim.proven?.startedAt.toISOString() ?? null,
    level: readLevel(claim.proven?.level ?? null),
    restoreMs: claim.proven?.restoreMs ?? null,
    tooOld: claim.tooOld,
    targetFailingSince: claim.targetFailingSince?.toISOString() ?? null,
    provenId: claim.proven?.id ?? null,
    lastBackup: last.get(claim.lastId) ?? null,
    nextAt: claim.nextAt?.toISOString() ?? null,
    overdueSince: claim.overdueSince?.toISOString() ?? null,
    proofOverdueSince: claim.proofOverdueSince?.toISOString() ?? null,
    unprovenWhy: claim.unprovenWhy,
    sizes: sizes.get(claim.policyId ?? "") ?? [],
    count: counts.get(claim.policyId) ?? 0,
    mayMakePolicy:
      claim.policyId === null &&
      may(actor, "backupPolicies.edit", {
        ownerId: owners.get(claim.serviceId) ?? null,
        serviceId: claim.serviceId,
      }).ok,
  }));
}

const contains = (claim: Claim, text: string) =>
  `${claim.service ?? "the panel itself"} ${claim.environment} ${claim.policy} ${claim.engine}`.includes(text);

async function findScope(tx: Tx, service: string | undefined) {
  if (service === undefined || service === PANEL) return {};
  const row = await tx.service.findUnique({ where: { name: service }, select: { id: true } });
  if (!row) throw notFound("service");
  return { serviceIds: [row.id] };
}

/**
 * What could be brought back, as of when, and how we know: one line a policy, and one for all that has none; what could least be
 * brought back first.
 * All claims are read, since the worst may be anywhere; what is shown of each only for the page.
 */
export async function listBoard(actor: Actor, question: BoardQuestion = {}): Promise<BackupBoard> {
  authorize(actor, "backups.read");
  const tx = db();
  const { filter, service, sort = "worst", after } = question;
  const limit = Math.min(question.limit ?? DEFAULT_LIMIT, LIMIT_MAX);
  const text = question.q?.trim().toLowerCase() ?? "";
  const all = await readClaims(tx, await findScope(tx, service));
  const claims = service === PANEL ? all.claims.filter((claim) => claim.serviceId === null) : all.claims;
  const fitting = sortClaims(
    claims.filter((claim) => (!filter || FITS[filter](claim)) && contains(claim, text)),
    sort,
  );
  const begin = after === undefined ? 0 : fitting.findIndex((claim) => keyOf(claim) === after) + 1;
  const page = fitting.slice(begin, begin + limit);
  const last = page.at(-1);
  return {
    rows: await toRows(tx, actor, page),
    next: last && begin + limit < fitting.length ? keyOf(last) : null,
    total: fitting.length,
    summary: summarizeClaims({ ...all, claims }),
  };
}
