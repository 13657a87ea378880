import { authorize } from "#lib/access/policy.ts";
import type { UserActor } from "#lib/access/types.ts";
import { transaction } from "#lib/platform/db/transaction.ts";
import { conflict } from "#lib/platform/errors.ts";
import { type DeploymentState, MOVING_STATES, OPEN_STATES } from "../constants.ts";
import { deploymentSubject } from "../queries/find-deployment.ts";
import { getDeployment } from "../queries/get-deployment.ts";
import type { DeploymentView } from "../types.ts";
import { closeDeployment } from "./close-deployment.ts";
import { lockDeployment } from "./lock-deployment.ts";

/** Takes back what has not begun. What is under way is its run's to cancel. */
export async function cancelDeployment(
  actor: UserActor,
  id: string,
  reason: string,
  now: Date = new Date(),
): Promise<DeploymentView> {
  await transaction(async (tx) => {
    const row = await lockDeployment(tx, id);
    authorize(actor, "deployments.cancel", deploymentSubject(row));
    const state = row.state as DeploymentState;
    if (MOVING_STATES.includes(state))
      throw conflict("deployments.moving", "It is under way.", `Cancel its run (${row.runId}) instead.`);
    if (!OPEN_STATES.includes(state)) throw conflict("deployments.closed", "It has ended already.");
    await closeDeployment(tx, actor, row, "cancelled", reason || `${actor.name} took it back.`, now);
  });
  return getDeployment(actor, id);
}
