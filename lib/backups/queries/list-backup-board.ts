import { authorize } from "#lib/access/policy.ts";
import type { Actor } from "#lib/access/types.ts";
import { db } from "#lib/platform/db/client.ts";
import type { BackupBoardRow } from "../types.ts";
import {
  type BackupRow,
  findEngineName,
  findProven,
  findState,
  readRestoreMs,
  toNumber,
  WITH_PROOF,
} from "./backup-view.ts";

const SIZES_SHOWN = 12;
const LOOKED_AT = 30;

/** Every service with backups, the longest unproven first: one row for each of its environments. */
export async function listBackupBoard(actor: Actor): Promise<BackupBoardRow[]> {
  authorize(actor, "backups.read");
  const groups = await db().backup.groupBy({
    by: ["serviceId", "environment"],
    where: { service: { state: { not: "retired" } } },
    _count: { _all: true },
  });
  const services = await db().service.findMany({
    where: { id: { in: groups.map((group) => group.serviceId) } },
    select: { id: true, name: true },
  });
  const names = new Map(services.map((service) => [service.id, service.name]));
  const rows = await Promise.all(
    groups.map(async ({ serviceId, environment, _count }) => {
      const where = { serviceId, environment };
      const [recent, proven] = await Promise.all([
        db().backup.findMany({ where, include: WITH_PROOF, orderBy: { startedAt: "desc" }, take: LOOKED_AT }),
        db().backup.findFirst({
          where: { ...where, state: "verified" },
          include: WITH_PROOF,
          orderBy: { startedAt: "desc" },
        }),
      ]);
      const [last] = recent;
      return last ? toBoardRow(names.get(serviceId) ?? "", last, recent, proven, _count._all) : [];
    }),
  );
  return rows.flat().sort((a, b) => (a.asOf ?? "").localeCompare(b.asOf ?? "") || a.service.localeCompare(b.service));
}

function toBoardRow(
  service: string,
  last: BackupRow,
  recent: BackupRow[],
  proven: BackupRow | null,
  count: number,
): BackupBoardRow {
  return {
    service,
    environment: last.environment,
    engine: findEngineName(last.engine),
    asOf: proven?.startedAt.toISOString() ?? null,
    level: proven ? findProven(proven.verifications) : null,
    restoreMs: proven ? readRestoreMs(proven.verifications) : null,
    lastBackup: {
      id: last.id,
      state: findState(last.state),
      startedAt: last.startedAt.toISOString(),
      finishedAt: last.finishedAt?.toISOString() ?? null,
      sizeBytes: toNumber(last.sizeBytes),
      error: last.error,
    },
    sizes: recent
      .filter((row) => row.state === "stored" || row.state === "verified")
      .flatMap((row) => toNumber(row.sizeBytes) ?? [])
      .slice(0, SIZES_SHOWN)
      .reverse(),
    count,
  };
}
