import { authorize, may } from "#lib/access/policy.ts";
import type { Actor } from "#lib/access/types.ts";
import { db } from "#lib/platform/db/client.ts";
import { PRODUCTION } from "../restore/check-restore.ts";
import { isRestorableKind } from "../restore/explain-not-restorable.ts";
import { nameLiving } from "../restore/names.ts";
import type { Destination } from "../schema/restore.ts";
import { findPoint } from "./find-point.ts";
import { toPolicyRow, WITH_NAMES } from "./find-policy.ts";

/**
 * Where a point may be restored by this reader: data of the same kind that a policy names. Its own place first. Another
 * service's only for one who may also give this point's data away.
 */
export async function listDestinations(actor: Actor, backupId: string): Promise<{ destinations: Destination[] }> {
  authorize(actor, "backups.read");
  const point = await findPoint(db(), backupId);
  if (!isRestorableKind(point.engine)) return { destinations: [] };
  const policies = await db().backupPolicy.findMany({
    where: { kind: point.engine, removedAt: null, service: { state: { not: "retired" } } },
    include: WITH_NAMES,
    orderBy: [{ service: { name: "asc" } }, { environment: "asc" }, { name: "asc" }],
  });
  const mayLeave = may(actor, "backups.link", {
    ownerId: point.service?.ownerId ?? null,
    serviceId: point.serviceId,
  }).ok;
  const found = new Map<string, Destination>();
  for (const row of policies) {
    const { service, environment } = row;
    if (!service) continue;
    if (service.id !== point.serviceId && !mayLeave) continue;
    const subject = { ownerId: service.ownerId, serviceId: service.id };
    if (!may(actor, "backups.restore", subject).ok) continue;
    const key = `${service.id}/${environment}`;
    // Of several the one that a restore would take.
    const better = row.id === point.policyId || (row.name === point.policy && !found.has(key));
    if (found.has(key) && !better) continue;
    found.set(key, {
      service: service.name,
      environment,
      kind: point.engine,
      database: nameLiving(toPolicyRow(row).source),
      production: environment === PRODUCTION,
      own: service.id === point.serviceId && environment === point.environment,
      maySwap: point.engine !== "volume" && may(actor, "backups.swap", subject).ok,
    });
  }
  return { destinations: [...found.values()].sort((a, b) => Number(b.own) - Number(a.own)) };
}
