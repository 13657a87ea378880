import { Prisma, type Tx } from "#lib/platform/db/client.ts";
import { findProofOverdue } from "../schedule/proof-due.ts";

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
  restoreEach: number | bigint | boolean;
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

function toClaim(line: PolicyLine, now: number): Claim {
  const { provenId, provenAt, level, restoreMs, overdueAt, lastSize, enabled: on, unprovenWhy, ...more } = line;
  const { restoreEach, nextVerifyAt, graceMinutes, unprovenSince, ...same } = more;
  const enabled = Boolean(on);
  const proving = { enabled, restoreEach: Boolean(restoreEach), nextVerifyAt, graceMinutes, unprovenSince };
  const proofOverdueSince = findProofOverdue(proving, new Date(now));
  return {
    ...same,
    enabled,
    proofOverdueSince,
    unprovenWhy: proofOverdueSince && unprovenWhy,
    overdueSince: enabled && overdueAt && overdueAt.getTime() <= now ? overdueAt : null,
    proven: provenId && provenAt && level ? { id: provenId, startedAt: provenAt, level, restoreMs } : null,
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
  policyId: null,
  policy: "",
  enabled: false,
  nextAt: null,
  overdueSince: null,
  proofOverdueSince: null,
  unprovenWhy: null,
  proven: null,
  targetFailingSince: null,
  lastId: null,
  lastState: null,
  lastAt: null,
  lastSize: null,
} as const;

/** Live services that have a database (it has a password) and no policy at all. */
async function readUnscheduled(tx: Tx, { serviceIds }: ClaimScope): Promise<Claim[]> {
  if (serviceIds?.length === 0) return [];
  const whose = serviceIds ? Prisma.sql`AND s.id IN (${Prisma.join([...serviceIds])})` : Prisma.empty;
  const rows = await tx.$queryRaw<
    { serviceId: string; service: string; environment: string | null; engine: string | null }[]
  >`
    SELECT s.id AS serviceId, s.name AS service,
           (SELECT e.name FROM Environment e WHERE e.serviceId = s.id ORDER BY e.name LIMIT 1) AS environment,
           (SELECT JSON_UNQUOTE(JSON_EXTRACT(a.answers, '$.data.database')) FROM Answers a
             WHERE a.serviceId = s.id ORDER BY a.version DESC LIMIT 1) AS engine
      FROM Service s
     WHERE s.state = 'live' ${whose}
       AND EXISTS (SELECT 1 FROM Secret k WHERE k.name = CONCAT('services.', s.name, '.db_pass') AND k.deletedAt IS NULL)
       AND NOT EXISTS (SELECT 1 FROM BackupPolicy p WHERE p.serviceId = s.id AND p.scope IS NOT NULL)`;
  return rows.map((row) => ({
    ...NOTHING,
    serviceId: row.serviceId,
    service: row.service,
    environment: row.environment ?? "production",
    engine: row.engine ?? "",
  }));
}

const PANEL_UNSCHEDULED: Claim = {
  ...NOTHING,
  serviceId: null,
  service: null,
  environment: "production",
  engine: "panel",
};

/** What is claimed about everything the panel knows to have data, itself included. */
export async function readClaims(tx: Tx, scope: ClaimScope = {}, now = Date.now()): Promise<Claim[]> {
  const [policies, unscheduled] = await Promise.all([readPolicyClaims(tx, scope, now), readUnscheduled(tx, scope)]);
  const hasPanel = scope.serviceIds !== undefined || policies.some((claim) => claim.serviceId === null);
  return [...policies, ...unscheduled, ...(hasPanel ? [] : [PANEL_UNSCHEDULED])];
}
