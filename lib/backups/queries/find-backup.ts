import { db } from "#lib/platform/db/client.ts";

/** For steps: the row as it stands; null when there is none. */
export const findBackupRow = (id: string) => db().backup.findUnique({ where: { id } });

/** The newest backup of a service's database that was stored whole. */
export const findNewestStored = (serviceId: string, environment: string) =>
  db().backup.findFirst({
    where: { serviceId, environment, state: { in: ["stored", "verified"] } },
    orderBy: { startedAt: "desc" },
  });
