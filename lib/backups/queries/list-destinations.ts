import { authorize, may } from "#lib/access/policy.ts";
import type { Actor } from "#lib/access/types.ts";
import { db } from "#lib/platform/db/client.ts";
import { ENVIRONMENT } from "#lib/services/naming.ts";
import { confirmWord, isElsewhere, leavesProduction } from "../restore/check-restore.ts";
import { explainNoMasking } from "../restore/explain-no-masking.ts";
import { explainMislabelled, explainNoSwap } from "../restore/explain-no-swap.ts";
import { isRestorableKind } from "../restore/explain-not-restorable.ts";
import { nameLiving } from "../restore/names.ts";
import { isOwn, listData } from "../restore/pick-destination.ts";
import type { Destination } from "../schema/restore.ts";
import { environmentOf } from "./environment-of.ts";
import { findPoint, maskingOf, placeOf } from "./find-point.ts";
import { listPolicyRows } from "./find-policy.ts";

/**
 * Where a point may be restored by this reader: all data of the same kind that policies name, its own first. Another
 * service's only for one who may also give this point's data away.
 */
export async function listDestinations(actor: Actor, backupId: string): Promise<{ destinations: Destination[] }> {
  authorize(actor, "backups.read");
  const point = await findPoint(db(), backupId);
  if (!isRestorableKind(point.engine)) return { destinations: [] };
  const { origin } = point;
  const mayLeave = may(actor, "backups.link", {
    ownerId: point.service?.ownerId ?? null,
    serviceId: point.serviceId,
  }).ok;
  const noMasking = explainNoMasking(maskingOf(point));
  const destinations: Destination[] = [];
  for (const row of listData(await listPolicyRows({ kind: point.engine }), origin)) {
    const { service, environment, source } = row;
    if (!service || (service.id !== point.serviceId && !mayLeave)) continue;
    const subject = { ownerId: service.ownerId, serviceId: service.id };
    if (!may(actor, "backups.restore", subject).ok) continue;
    const truth = environmentOf(source, service.name, environment);
    const places = {
      from: placeOf(point),
      to: { serviceId: service.id, serviceName: service.name, environment: truth },
      own: isOwn(row, origin),
    };
    const noSwap = truth === environment ? explainNoSwap(source) : explainMislabelled(environment);
    destinations.push({
      ...{ service: service.name, environment, policyId: row.id, kind: point.engine },
      database: nameLiving(source),
      swarmService: "swarmService" in source ? source.swarmService : null,
      isServer: source.kind === "mongodb" && source.databaseName === null,
      production: truth === ENVIRONMENT,
      own: places.own,
      elsewhere: isElsewhere(places),
      mustMask: leavesProduction(places),
      noMasking: noMasking && `${noMasking.message} ${noMasking.advice}`,
      confirm: confirmWord(places),
      maySwap: noSwap === null && may(actor, "backups.swap", subject).ok,
      noSwap,
    });
  }
  const home = point.service?.name;
  return { destinations: destinations.sort((a, b) => nearness(b, home) - nearness(a, home)) };
}

/** Its own data first, then its environment's, then its service's; of each what can be replaced first. */
const nearness = ({ own, elsewhere, service, noSwap }: Destination, home: string | undefined) =>
  Number(own) * 8 + Number(!elsewhere) * 4 + Number(service === home) * 2 + Number(noSwap === null);
