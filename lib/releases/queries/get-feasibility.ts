import { authorize } from "#lib/access/policy.ts";
import type { Actor } from "#lib/access/types.ts";
import { db } from "#lib/platform/db/client.ts";
import type { FeasibilityView } from "../types.ts";
import { findDeployment } from "./find-deployment.ts";
import { readFeasibility } from "./read-feasibility.ts";

/** Whether one could go back to a deployment, for its page. */
export async function getFeasibility(actor: Actor, deploymentId: string): Promise<FeasibilityView> {
  authorize(actor, "deployments.read");
  await findDeployment(deploymentId);
  return readFeasibility(db(), deploymentId);
}
