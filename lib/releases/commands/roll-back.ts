import { authorize } from "#lib/access/policy.ts";
import type { UserActor } from "#lib/access/types.ts";
import type { Tx } from "#lib/platform/db/client.ts";
import { transaction } from "#lib/platform/db/transaction.ts";
import { conflict } from "#lib/platform/errors.ts";
import { ringRun } from "#lib/runs/ring.ts";
import { deploymentSubject, findDeployment } from "../queries/find-deployment.ts";
import { findUnsettled } from "../queries/find-unsettled.ts";
import { getDeployment } from "../queries/get-deployment.ts";
import { readFeasibility } from "../queries/read-feasibility.ts";
import type { RollbackInput } from "../schema/release.ts";
import type { DeploymentView } from "../types.ts";
import { assertConfirmed } from "./break-glass.ts";
import { assertPerson } from "./decide.ts";
import { insertRollback } from "./insert-rollback.ts";
import { lockDeployment } from "./lock-deployment.ts";
import { startDeployment } from "./start-deployment.ts";
import { tellDeployment } from "./tell-deployment.ts";

async function assertFeasible(tx: Tx, deploymentId: string): Promise<void> {
  const { ok, checks } = await readFeasibility(tx, deploymentId);
  if (ok) return;
  const why = checks.filter((one) => one.ok === false).map(({ words }) => words);
  throw conflict("deployments.not_feasible", `One cannot go back there: ${why.join(" ")}`, "Release something newer.");
}

async function insertByHand(tx: Tx, actor: UserActor, input: RollbackInput, now: Date): Promise<string> {
  const earlier = await lockDeployment(tx, input.deploymentId);
  const { environment } = earlier;
  authorize(actor, "deployments.rollBack", deploymentSubject(earlier));
  assertConfirmed(input.confirm, environment.service.name);
  if (earlier.state !== "done") throw conflict("deployments.never_ran", "It never came to run there.");
  // Of one that failed half-way either release may serve: going back to what is held for running is then the way out.
  if (environment.currentId === earlier.id && !(await findUnsettled(tx, environment)))
    throw conflict("deployments.runs", "It is what runs there.");
  await assertFeasible(tx, earlier.id);
  return insertRollback(tx, actor, earlier, { reason: input.reason, requestedById: actor.id }, now);
}

/**
 * Goes back to what ran there before, with the settings and secrets of then (of rotated ones the newest), at once: no approval is waited for and no freeze keeps
 * it, for what it brings back was approved when it came; what was not and nobody has reviewed is due for review again. It says why,
 * and everybody concerned hears of it.
 */
export async function rollBack(
  actor: UserActor,
  input: RollbackInput,
  now: Date = new Date(),
): Promise<DeploymentView> {
  assertPerson(actor);
  const { id, runId } = await transaction(async (tx) => {
    const id = await insertByHand(tx, actor, input, now);
    await tellDeployment(tx, await findDeployment(id, tx), "rolled-back-by-hand");
    const started = await startDeployment(tx, actor, id, now);
    if (!started.ok) throw started.error;
    return { id, runId: started.runId };
  });
  await ringRun(runId);
  return getDeployment(actor, id);
}
