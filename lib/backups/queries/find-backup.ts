import { db } from "#lib/platform/db/client.ts";

/** For steps: the row as it stands; null when there is none. */
export const findBackupRow = (id: string) => db().backup.findUnique({ where: { id } });

/** The newest point of a policy that was stored whole and is still kept. */
export const findNewestStored = (policyId: string) =>
  db().backup.findFirst({
    where: { policyId, state: { in: ["stored", "verified"] }, removedAt: null },
    orderBy: { startedAt: "desc" },
  });

/** The same of those that were restored and compared. */
export const findNewestProven = (policyId: string) =>
  db().backup.findFirst({
    where: { policyId, state: "verified", removedAt: null },
    orderBy: { startedAt: "desc" },
  });
