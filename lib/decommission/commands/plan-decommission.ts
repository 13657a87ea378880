import { randomUUID } from "node:crypto";
import { authorize } from "#lib/access/policy.ts";
import type { UserActor } from "#lib/access/types.ts";
import { transaction } from "#lib/platform/db/transaction.ts";
import { conflict, notFound } from "#lib/platform/errors.ts";
import { createRun } from "#lib/runs/commands/create-run.ts";
import { ringRun } from "#lib/runs/ring.ts";
import { compileDecommission } from "../queries/compile-decommission.ts";
import { findHindrance } from "../queries/find-hindrance.ts";
import type { Choices } from "../types.ts";

export const planPrefix = (serviceId: string) => `plan:decommission:${serviceId}:`;

/** Asks every step of a service's end what it would take away, touching nothing. */
export async function planDecommission(
  actor: UserActor,
  serviceName: string,
  choices: Choices,
): Promise<{ runId: number }> {
  const { runId } = await transaction(async (tx) => {
    const service = await tx.service.findUnique({ where: { name: serviceName } });
    if (!service) throw notFound("service");
    authorize(actor, "services.decommission", { ownerId: service.ownerId, serviceId: service.id });
    const hindrance = await findHindrance(tx, service);
    if (hindrance) throw conflict("decommission.not_now", hindrance.words);
    const { steps, pinned, planHash } = await compileDecommission(tx, service, choices);
    return createRun(tx, actor, {
      ...{ mode: "plan", checklist: pinned, title: `Plan the end of ${service.name}` },
      ...{ serviceId: service.id, environment: null, planHash, steps },
      startKey: `${planPrefix(service.id)}${randomUUID()}`,
    });
  });
  await ringRun(runId);
  return { runId };
}
