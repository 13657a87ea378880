import { Prisma, type Tx } from "#lib/platform/db/client.ts";
import { findProofOverdue } from "../schedule/proof-due.ts";
import { findOldAt } from "../schedule/too-old.ts";
import { readUnscheduled } from "./read-unscheduled.ts";

/** Further in the future nothing is taken but by a clock that is wrong: how old that is nobody knows. */
const SKEW_MS = 10 * 60_000;

/** What is claimed about one policy, or about data that has none. */
export interface Claim {
  policyId: string | null;
  serviceId: string | null;
  service: string | null;
  environment: string;
  policy: string;
  engine: string;
  enabled: boolean;
  nextAt: Date | null;
  overdueSince: Date | null;
  /** Since when what was to prove it did not; null: nothing of that is late. */
  proofOverdueSince: Date | null;
  /** In words; null: proofs have not begun, or none is overdue. */
  unprovenWhy: string | null;
  proven: { id: string; startedAt: Date; level: string; restoreMs: number | null } | null;
  /** What is proven is older than the schedule lets it be, or dated in the future. */
  tooOld: boolean;
  /** Since when the target that holds the proven point cannot be used; null: it can, or nothing is proven. */
  targetFailingSince: Date | null;
  lastId: string | null;
  lastState: string | null;
  lastAt: Date | null;
  lastSize: number | null;
}

interface PolicyLine {
  policyId: string;
  serviceId: string | null;
  service: string | null;
  environment: string;
  policy: string;
  engine: string;
  enabled: number | boolean;
  nextAt: Date | null;
  overdueAt: Date | null;
  cron: string | null;
  timeZone: string;
  jitterMinutes: number;
  restoreEach: number | bigint | boolean;
  /** As JSON has it: no schedule is the word null. */
  verifyCron: string | null;
  nextVerifyAt: Date | null;
  graceMinutes: number;
  unprovenSince: Date | null;
  unprovenWhy: string | null;
  provenId: string | null;
  provenAt: Date | null;
  level: string | null;
  restoreMs: number | null;
  targetFailingSince: Date | null;
  lastId: string | null;
  lastState: string | null;
  lastAt: Date | null;
  lastSize: bigint | null;
}

export interface ClaimScope {
  /** Only of these services. */
  serviceIds?: readonly string[];
}

function isTooOld(line: PolicyLine, now: number): boolean {
  const { policyId, provenId, provenAt, lastId, restoreEach, verifyCron, enabled, overdueAt } = line;
  if (provenAt === null) return false;
  if (provenAt.getTime() > now + SKEW_MS) return true;
  // Nothing is newer, nor has to be yet: no need to look at the calendar, of which there may be a thousand.
  if (enabled && provenId === lastId && overdueAt && overdueAt.getTime() > now) return false;
  const proving = { restoreEach: Boolean(restoreEach), verifyCron: verifyCron === "null" ? null : verifyCron };
  const oldAt = findOldAt({ ...line, ...proving, id: policyId }, provenAt);
  return oldAt !== null && oldAt.getTime() <= now;
}

function toClaim(line: PolicyLine, now: number): Claim {
  const { policyId, serviceId, service, environment, policy, engine, nextAt, overdueAt, unprovenWhy } = line;
  const { provenId, provenAt, level, restoreMs, targetFailingSince, lastId, lastState, lastAt, lastSize } = line;
  const enabled = Boolean(line.enabled);
  const proofOverdueSince = findProofOverdue(
    { ...line, enabled, restoreEach: Boolean(line.restoreEach) },
    new Date(now),
  );
  return {
    ...{ policyId, serviceId, service, environment, policy, engine, enabled, nextAt, proofOverdueSince },
    unprovenWhy: proofOverdueSince && unprovenWhy,
    overdueSince: enabled && overdueAt && overdueAt.getTime() <= now ? overdueAt : null,
    proven: provenId && provenAt && level ? { id: provenId, startedAt: provenAt, level, restoreMs } : null,
    tooOld: isTooOld(line, now),
    ...{ targetFailingSince, lastId, lastState, lastAt },
    lastSize: lastSize === null ? null : Number(lastSize),
  };
}

/**
 * Every policy with the newest point that was proven and is still there, and its last backup: both are found at the end
 * of an index, however many points it has. The indexes are named, since what an optimiser guesses changes with the data.
 */
async function readPolicyClaims(tx: Tx, { serviceIds }: ClaimScope, now: number): Promise<Claim[]> {
  if (serviceIds?.length === 0) return [];
  const whose = serviceIds ? Prisma.sql`AND p.serviceId IN (${Prisma.join([...serviceIds])})` : Prisma.empty;
  const lines = await tx.$queryRaw<PolicyLine[]>`
    SELECT due.*, b.startedAt AS provenAt, b.proven AS level, b.restoreMs,
           CASE WHEN t.state = 'failing' THEN COALESCE(t.failingSince, t.checkedAt) END AS targetFailingSince,
           l.state AS lastState, l.startedAt AS lastAt, l.sizeBytes AS lastSize
      FROM (SELECT p.id AS policyId, p.serviceId, s.name AS service, p.environment, p.name AS policy, p.kind AS engine,
                   p.enabled, p.nextAt, p.overdueAt, p.nextVerifyAt, p.graceMinutes, p.unprovenSince, p.unprovenWhy,
                   p.cron, p.timeZone, p.jitterMinutes,
                   JSON_UNQUOTE(JSON_EXTRACT(p.verification, '$.cron')) AS verifyCron,
                   JSON_UNQUOTE(JSON_EXTRACT(p.verification, '$.restoreEach')) = 'true' AS restoreEach,
                   (SELECT v.id FROM Backup v FORCE INDEX (Backup_policyId_removedAt_state_startedAt_idx)
                     WHERE v.policyId = p.id AND v.removedAt IS NULL AND v.state = 'verified' AND v.missingAt IS NULL
                     ORDER BY v.startedAt DESC LIMIT 1) AS provenId,
                   (SELECT w.id FROM Backup w FORCE INDEX (Backup_policyId_startedAt_idx)
                     WHERE w.policyId = p.id ORDER BY w.startedAt DESC LIMIT 1) AS lastId
              FROM BackupPolicy p LEFT JOIN Service s ON s.id = p.serviceId
             WHERE p.scope IS NOT NULL AND (p.serviceId IS NULL OR s.state <> 'retired') ${whose}) due
      LEFT JOIN Backup b ON b.id = due.provenId
      LEFT JOIN BackupTarget t ON t.id = b.targetId
      LEFT JOIN Backup l ON l.id = due.lastId`;
  return lines.map((line) => toClaim(line, now));
}

const NOTHING = {
  ...{ policyId: null, enabled: false, nextAt: null, overdueSince: null, proofOverdueSince: null, unprovenWhy: null },
  ...{ proven: null, tooOld: false, targetFailingSince: null },
  ...{ lastId: null, lastState: null, lastAt: null, lastSize: null },
} as const;
const PANEL_LINE = { serviceId: null, service: null, environment: "production", policy: "", engine: "panel" };

/** Everything the panel knows to have data, itself included, and what is claimed about it. */
export interface Claims {
  claims: Claim[];
  /** Live services of which nothing is known to have to be backed up. */
  withoutData: number;
}

export async function readClaims(tx: Tx, scope: ClaimScope = {}, now = Date.now()): Promise<Claims> {
  const policies = await readPolicyClaims(tx, scope, now);
  const { missing, withoutData } = await readUnscheduled(tx, scope);
  const hasPanel = scope.serviceIds !== undefined || policies.some((claim) => claim.serviceId === null);
  const lines = [...missing, ...(hasPanel ? [] : [PANEL_LINE])];
  return { claims: [...policies, ...lines.map((line) => ({ ...NOTHING, ...line }))], withoutData };
}
