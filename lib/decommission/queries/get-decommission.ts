import { authorize, may } from "#lib/access/policy.ts";
import type { Actor } from "#lib/access/types.ts";
import { db } from "#lib/platform/db/client.ts";
import { notFound } from "#lib/platform/errors.ts";
import type { RunState } from "#lib/runs/types.ts";
import type { ServiceState } from "#lib/services/constants.ts";
import { choicesSchema } from "../schema.ts";
import type { DecommissionView } from "../types.ts";
import { findHindrance, findLastRun } from "./find-hindrance.ts";
import { readContext } from "./read-context.ts";
import { readRemains } from "./read-remains.ts";

/** What a service's end is about: what there is to decide, who has a say, and what is left of it. */
export async function getDecommission(actor: Actor, serviceName: string): Promise<DecommissionView> {
  authorize(actor, "services.read");
  const tx = db();
  const service = await tx.service.findUnique({ where: { name: serviceName } });
  if (!service) throw notFound("service");
  const { id, name, ownerId } = service;
  const [context, hindrance, run, remains] = await Promise.all([
    readContext(tx, service, choicesSchema.parse({})),
    findHindrance(tx, service),
    findLastRun(tx, id),
    readRemains(tx, id),
  ]);
  if (!remains) throw notFound("service");
  const namesOf = (group: string) => context.makers.filter((one) => one.group === group).flatMap((one) => one.names);
  const { name: _, ...left } = remains;
  return {
    service: { name, state: service.state as ServiceState },
    hindrance,
    mayStart: may(actor, "services.decommission", { ownerId, serviceId: id }).ok,
    mayDeleteBackups: may(actor, "backups.remove").ok,
    has: {
      folders: [...context.folders],
      volumes: namesOf("volume"),
      secrets: new Set(namesOf("secret")).size,
      policies: context.policies.map((one) => `${one.name} (${one.environment})`),
      points: context.points,
    },
    dependants: context.dependants.map(({ service: dependant, owner, needs }) => ({
      ...{ service: dependant, ownerName: owner.name, needs },
    })),
    run: run && { id: run.id, state: run.state as RunState, createdAt: run.createdAt.toISOString() },
    left,
  };
}
