import { authorize } from "#lib/access/policy.ts";
import type { Actor } from "#lib/access/types.ts";
import { db } from "#lib/platform/db/client.ts";

export interface OverduePolicy {
  service: string | null;
  environment: string;
  policy: string;
  since: string;
}

/** Policies whose next good backup should have been there by now. Asked of the rows alone: it needs no worker to be alive. */
export async function readOverdue(actor: Actor, now = new Date()): Promise<OverduePolicy[]> {
  authorize(actor, "backups.read");
  const rows = await db().backupPolicy.findMany({
    where: {
      ...{ removedAt: null, enabled: true, overdueAt: { lte: now } },
      OR: [{ serviceId: null }, { service: { state: { not: "retired" } } }],
    },
    select: { environment: true, name: true, overdueAt: true, service: { select: { name: true } } },
    orderBy: { overdueAt: "asc" },
  });
  return rows.map((row) => ({
    ...{ service: row.service?.name ?? null, environment: row.environment, policy: row.name },
    since: (row.overdueAt ?? now).toISOString(),
  }));
}
