import { randomUUID } from "node:crypto";
import { authorize } from "#lib/access/policy.ts";
import type { UserActor } from "#lib/access/types.ts";
import { compileChecklist } from "#lib/checklists/compile.ts";
import { READINESS } from "#lib/checklists/readiness.ts";
import { transaction } from "#lib/platform/db/transaction.ts";
import { findEnvironment, subjectOf } from "#lib/releases/queries/find-environment.ts";
import { createRun } from "#lib/runs/commands/create-run.ts";
import { ringRun } from "#lib/runs/ring.ts";

/** Has a worker look at a service's running tasks now. */
export async function startSurvey(
  actor: UserActor,
  serviceName: string,
  environmentName: string,
): Promise<{ runId: number }> {
  const { runId } = await transaction(async (tx) => {
    const environment = await findEnvironment(serviceName, environmentName, tx);
    authorize(actor, "readiness.look", subjectOf(environment.service));
    const about = { serviceName, environment: environmentName, stackName: environment.stackName };
    return createRun(tx, actor, {
      mode: "apply",
      checklist: { key: READINESS.key, version: READINESS.version },
      title: `Look at the ports and packages of ${serviceName} (${environmentName})`.slice(0, 200),
      ...{ serviceId: environment.serviceId, environment: environmentName },
      startKey: `readiness:${environment.id}:${randomUUID()}`,
      exclusiveKey: `readiness:${environment.id}`,
      steps: compileChecklist(READINESS, about),
    });
  });
  await ringRun(runId);
  return { runId };
}
