import type { Prisma, Tx } from "#lib/platform/db/client.ts";
import {
  type Availability,
  BACKUP_STATES,
  type BackupState,
  SOURCE_KINDS,
  type SourceKind,
  TARGET_KINDS,
  TRIGGERS,
  VERIFICATION_LEVELS,
  type VerificationLevel,
} from "../constants.ts";
import type { BackupView } from "../types.ts";

/** What one line of a list needs: all but the manifest, which may be long. */
export const BACKUP_ROW = {
  id: true,
  environment: true,
  policyId: true,
  policy: true,
  engine: true,
  state: true,
  trigger: true,
  sizeBytes: true,
  rawBytes: true,
  totalRows: true,
  encrypted: true,
  pinnedAt: true,
  lockedUntil: true,
  missingAt: true,
  removedAt: true,
  removedReason: true,
  anomaly: true,
  error: true,
  proven: true,
  provenAt: true,
  restoreMs: true,
  stepId: true,
  startedAt: true,
  finishedAt: true,
  service: { select: { name: true } },
  backupPolicy: { select: { scope: true } },
  target: { select: { id: true, name: true, kind: true } },
} as const satisfies Prisma.BackupSelect;
export type BackupRow = Prisma.BackupGetPayload<{ select: typeof BACKUP_ROW }>;

export const readState = (text: string): BackupState => BACKUP_STATES.find((one) => one === text) ?? "failed";
export const readEngine = (text: string): SourceKind => SOURCE_KINDS.find((one) => one === text) ?? "mariadb";
export const readLevel = (text: string | null): VerificationLevel | null =>
  VERIFICATION_LEVELS.find((one) => one === text) ?? null;
export const toNumber = (value: bigint | null): number | null => (value === null ? null : Number(value));

/** Whether its objects can be had now. */
export function findAvailability(row: Pick<BackupRow, "state" | "missingAt" | "removedAt">): Availability {
  if (row.removedAt) return "removed";
  if (row.state !== "stored" && row.state !== "verified") return "none";
  return row.missingAt ? "missing" : "available";
}

/** What of a line is not in its own row. */
interface Beside {
  runId: number | null;
  tables: number | null;
}

export function toBackupView(row: BackupRow, { runId, tables }: Beside, now = Date.now()): BackupView {
  const { service, backupPolicy, pinnedAt, lockedUntil, totalRows, missingAt: _, stepId: __, ...same } = row;
  return {
    ...same,
    service: service?.name ?? null,
    // Of one that was deleted only the name is left.
    policyId: backupPolicy?.scope ? row.policyId : null,
    engine: readEngine(row.engine),
    state: readState(row.state),
    availability: findAvailability(row),
    trigger: TRIGGERS.find((one) => one === row.trigger) ?? "person",
    target: { ...row.target, kind: TARGET_KINDS.find((one) => one === row.target.kind) ?? "disk" },
    sizeBytes: toNumber(row.sizeBytes),
    rawBytes: toNumber(row.rawBytes),
    tables,
    rows: toNumber(totalRows),
    pinned: pinnedAt !== null,
    lockedUntil: lockedUntil && lockedUntil.getTime() > now ? lockedUntil.toISOString() : null,
    removedAt: row.removedAt?.toISOString() ?? null,
    startedAt: row.startedAt.toISOString(),
    finishedAt: row.finishedAt?.toISOString() ?? null,
    runId,
    proven: readLevel(row.proven),
    provenAt: row.provenAt?.toISOString() ?? null,
  };
}

/** The run each step belongs to. */
export async function findRuns(tx: Tx, stepIds: readonly (number | null)[]): Promise<Map<number | null, number>> {
  const steps = await tx.step.findMany({
    where: { id: { in: stepIds.flatMap((id) => id ?? []) } },
    select: { id: true, runId: true },
  });
  return new Map(steps.map((step) => [step.id, step.runId]));
}
