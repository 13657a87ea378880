import { authorize } from "#lib/access/policy.ts";
import type { UserActor } from "#lib/access/types.ts";
import { recordAudit } from "#lib/audit/record.ts";
import type { Tx } from "#lib/platform/db/client.ts";
import { transaction } from "#lib/platform/db/transaction.ts";
import { conflict, invalid, notFound } from "#lib/platform/errors.ts";
import { type CreatedRun, createRun } from "#lib/runs/commands/create-run.ts";
import { ringRun } from "#lib/runs/ring.ts";
import { ACTIVE_STATES, type RunState } from "#lib/runs/types.ts";
import { compileDecommission } from "../queries/compile-decommission.ts";
import { findHindrance, findLastRun } from "../queries/find-hindrance.ts";
import type { Choices } from "../types.ts";
import { planPrefix } from "./plan-decommission.ts";

interface StartInput {
  choices: Choices;
  planRunId: number;
  confirmName: string;
}

async function readPlanHash(tx: Tx, serviceId: string, planRunId: number): Promise<Uint8Array> {
  const plan = await tx.run.findUnique({
    where: { id: planRunId },
    select: { mode: true, state: true, startKey: true, planHash: true },
  });
  if (plan?.mode !== "plan" || !plan.startKey.startsWith(planPrefix(serviceId)) || !plan.planHash)
    throw conflict("plan.unknown", "This is not a plan of this service's end.", "Look at the plan, then start.");
  if (plan.state === "failed" || plan.state === "cancelled")
    throw conflict("plan.failed", "The plan found what would not work.", "Mend what it names and plan again.");
  if (plan.state !== "succeeded")
    throw conflict("plan.unfinished", "The plan is still being made.", "Wait for it, then start.");
  return plan.planHash;
}

/** Starts a service's end as it was reviewed. From then on it is neither released nor provisioned. Pressed twice it is one run. */
export async function startDecommission(
  actor: UserActor,
  serviceName: string,
  { choices, planRunId, confirmName }: StartInput,
): Promise<CreatedRun> {
  const run = await transaction(async (tx) => {
    const found = await tx.service.findUnique({ where: { name: serviceName } });
    if (!found) throw notFound("service");
    authorize(actor, "services.decommission", { ownerId: found.ownerId, serviceId: found.id });
    if (choices.backups === "delete") authorize(actor, "backups.remove");
    if (confirmName !== found.name) throw invalid({ confirmName: `Type ${found.name}.` });
    // Whoever comes second waits here, then finds the first one's run.
    await tx.$queryRaw`SELECT id FROM Service WHERE id = ${found.id} FOR UPDATE`;
    const service = await tx.service.findUniqueOrThrow({ where: { id: found.id } });
    const last = await findLastRun(tx, service.id);
    if (last && ACTIVE_STATES.includes(last.state as RunState)) return { runId: last.id, created: false };
    const hindrance = await findHindrance(tx, service);
    if (hindrance) throw conflict("decommission.not_now", hindrance.words);

    const reviewed = await readPlanHash(tx, service.id, planRunId);
    const { steps, pinned, planHash } = await compileDecommission(tx, service, choices);
    if (Buffer.compare(reviewed, planHash) !== 0)
      throw conflict(
        "plan.stale",
        "Something has changed since the plan was made: what is there, who depends on it, or the checklist.",
        "Plan again, look at it, then start.",
      );
    const made = await createRun(tx, actor, {
      ...{ mode: "apply", checklist: pinned, title: `Decommission ${service.name}` },
      ...{ serviceId: service.id, environment: null, planHash, steps },
      startKey: `decommission:${service.id}:${planRunId}`,
      exclusiveKey: `service:${service.id}`,
    });
    await tx.service.update({
      where: { id: service.id },
      data: { state: "decommissioning", version: { increment: 1 } },
    });
    await recordAudit(tx, actor, {
      action: "services.decommission",
      subjectType: "service",
      subjectId: service.id,
      detail: { name: service.name, runId: made.runId, planRunId, choices },
    });
    return made;
  });
  await ringRun(run.runId);
  return run;
}
