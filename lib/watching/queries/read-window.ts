import { db, type Tx } from "#lib/platform/db/client.ts";
import { readClock } from "#lib/platform/db/read-clock.ts";
import { OUTSIDE_WATCHERS, type OutsideWatcher } from "../constants.ts";
import { quietRecordSchema } from "../schema.ts";
import type { MonitorRef, QuietRecord } from "../types.ts";

export interface MaintenanceRow {
  id: string;
  serviceId: string;
  serviceName: string;
  ownerId: string;
  runId: number | null;
  reason: string;
  endsAt: Date;
  endedAt: Date | null;
  error: string | null;
  record: QuietRecord;
}

export async function readWindow(id: string, tx: Tx = db()): Promise<MaintenanceRow | null> {
  const row = await tx.maintenanceWindow.findUnique({
    where: { id },
    include: { service: { select: { name: true, ownerId: true } } },
  });
  if (!row) return null;
  const { service, paused, serviceId, runId, reason, endsAt, endedAt, error } = row;
  return {
    ...{ id, serviceId, serviceName: service.name, ownerId: service.ownerId },
    ...{ runId, reason, endsAt, endedAt, error },
    record: quietRecordSchema.parse(paused) as QuietRecord,
  };
}

/** What the service has at other systems, in one environment or in all. */
export async function listOutside(serviceId: string, environment: string | null, tx: Tx = db()): Promise<MonitorRef[]> {
  const rows = await tx.monitor.findMany({
    where: {
      ...{ serviceId, removedAt: null, system: { in: [...OUTSIDE_WATCHERS] } },
      ...(environment === null ? {} : { environment }),
    },
    select: { id: true, system: true, externalId: true, name: true },
    orderBy: { createdAt: "asc" },
  });
  return rows.map((row) => ({ ...row, system: row.system as OutsideWatcher }));
}

/** Ids of monitors that another window of the service, still open, keeps quiet. */
export async function listHeldByOthers(window: MaintenanceRow, tx: Tx = db()): Promise<Set<string>> {
  const others = await tx.maintenanceWindow.findMany({
    where: { serviceId: window.serviceId, id: { not: window.id }, endedAt: null },
    select: { paused: true, endsAt: true },
  });
  const now = await readClock(tx);
  const open = others.filter(({ endsAt }) => endsAt > now);
  return new Set(open.flatMap(({ paused }) => quietRecordSchema.parse(paused).monitors.map(({ id }) => id)));
}

/** Windows of a run that have not ended. */
export async function listOpenOf(runId: number): Promise<string[]> {
  const rows = await db().maintenanceWindow.findMany({ where: { runId, endedAt: null }, select: { id: true } });
  return rows.map(({ id }) => id);
}
