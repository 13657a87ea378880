import type { Tx } from "#lib/platform/db/client.ts";

/** Ends what is open: a worker resumes the monitors within seconds. Safe to call when there is nothing. */
export async function closeMaintenance(tx: Tx, which: { runId: number } | { windowId: string }): Promise<void> {
  if ("runId" in which)
    await tx.$executeRaw`UPDATE MaintenanceWindow SET endsAt = UTC_TIMESTAMP(3)
      WHERE runId = ${which.runId} AND endedAt IS NULL AND endsAt > UTC_TIMESTAMP(3)`;
  else
    await tx.$executeRaw`UPDATE MaintenanceWindow SET endsAt = UTC_TIMESTAMP(3)
      WHERE id = ${which.windowId} AND endedAt IS NULL AND endsAt > UTC_TIMESTAMP(3)`;
}
