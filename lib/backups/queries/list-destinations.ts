import { authorize, may } from "#lib/access/policy.ts";
import type { Actor } from "#lib/access/types.ts";
import { db } from "#lib/platform/db/client.ts";
import { PRODUCTION } from "../restore/check-restore.ts";
import { explainNoSwap } from "../restore/explain-no-swap.ts";
import { isRestorableKind } from "../restore/explain-not-restorable.ts";
import { nameLiving } from "../restore/names.ts";
import { pickDestination } from "../restore/pick-destination.ts";
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
  const places = Map.groupBy(policies, (row) => `${row.serviceId}/${row.environment}`);
  const destinations: Destination[] = [];
  for (const rows of places.values()) {
    const row = pickDestination(rows, point);
    if (!row?.service) continue;
    const { service, environment } = row;
    if (service.id !== point.serviceId && !mayLeave) continue;
    const { source } = toPolicyRow(row);
    const noSwap = explainNoSwap(source);
    const subject = { ownerId: service.ownerId, serviceId: service.id };
    if (!may(actor, "backups.restore", subject).ok) continue;
    destinations.push({
      service: service.name,
      environment,
      kind: point.engine,
      database: nameLiving(source),
      isServer: source.kind === "mongodb" && source.databaseName === null,
      production: environment === PRODUCTION,
      own: service.id === point.serviceId && environment === point.environment,
      maySwap: noSwap === null && may(actor, "backups.swap", subject).ok,
      noSwap,
    });
  }
  return { destinations: destinations.sort((a, b) => Number(b.own) - Number(a.own)) };
}
