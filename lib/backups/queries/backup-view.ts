import type { Prisma } from "#lib/platform/db/client.ts";
import { BACKUP_STATES, VERIFICATION_LEVELS, type VerificationLevel } from "../constants.ts";
import { ENGINES, manifestSchema } from "../schema.ts";
import { sumRows } from "../take/counts.ts";
import type { BackupView } from "../types.ts";

export const WITH_PROOF = { verifications: { orderBy: { createdAt: "asc" } } } as const satisfies Prisma.BackupInclude;
export type BackupRow = Prisma.BackupGetPayload<{ include: typeof WITH_PROOF }>;

/** What the last look at each level said; a later failure takes an earlier proof away. */
export function findProven(verifications: readonly { level: string; ok: boolean }[]): VerificationLevel | null {
  const latest = new Map(verifications.map((one) => [one.level, one.ok]));
  let proven: VerificationLevel | null = null;
  for (const level of VERIFICATION_LEVELS) {
    if (latest.get(level) !== true) return proven;
    proven = level;
  }
  return proven;
}

export const readRestoreMs = (verifications: readonly { level: string; ok: boolean; durationMs: number }[]) =>
  verifications.findLast((one) => one.level === "restore" && one.ok)?.durationMs ?? null;

export const findState = (text: string) => BACKUP_STATES.find((state) => state === text) ?? "failed";
export const findEngineName = (text: string) => ENGINES.find((engine) => engine === text) ?? "mariadb";
export const toNumber = (value: bigint | null) => (value === null ? null : Number(value));

export function toBackupView(row: BackupRow, runId: number | null): BackupView {
  const counts = manifestSchema.safeParse(row.manifest).data?.counts;
  return {
    id: row.id,
    environment: row.environment,
    engine: findEngineName(row.engine),
    state: findState(row.state),
    path: row.path,
    sizeBytes: toNumber(row.sizeBytes),
    rawBytes: toNumber(row.rawBytes),
    sha256: row.sha256,
    tables: counts ? Object.keys(counts).length : null,
    rows: counts ? sumRows(counts) : null,
    error: row.error,
    startedAt: row.startedAt.toISOString(),
    finishedAt: row.finishedAt?.toISOString() ?? null,
    runId,
    proven: findProven(row.verifications),
    restoreMs: readRestoreMs(row.verifications),
  };
}
