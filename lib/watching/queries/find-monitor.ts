import { db } from "#lib/platform/db/client.ts";
import type { Watcher } from "../constants.ts";

/** Where the address a Healthchecks check is pinged at is kept. */
export const pingSecretName = (monitorId: string) => `monitor.${monitorId}`;

export const findMonitor = (serviceId: string, environment: string, system: Watcher) =>
  db().monitor.findFirst({ where: { serviceId, environment, system, removedAt: null } });

/** Until when a service's monitors are quiet there; null: they are not. */
export async function findQuietUntil(serviceId: string, environment: string): Promise<Date | null> {
  const rows = await db().$queryRaw<{ endsAt: Date }[]>`
    SELECT endsAt FROM MaintenanceWindow
    WHERE serviceId = ${serviceId} AND endedAt IS NULL
      AND (JSON_VALUE(paused, '$.environment') IS NULL OR JSON_VALUE(paused, '$.environment') = ${environment})
    ORDER BY endsAt DESC LIMIT 1`;
  return rows[0]?.endsAt ?? null;
}
