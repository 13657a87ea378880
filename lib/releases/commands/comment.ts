import { randomUUID } from "node:crypto";
import { authorize } from "#lib/access/policy.ts";
import type { UserActor } from "#lib/access/types.ts";
import { recordAudit } from "#lib/audit/record.ts";
import type { Tx } from "#lib/platform/db/client.ts";
import { transaction } from "#lib/platform/db/transaction.ts";
import { findDeployment } from "../queries/find-deployment.ts";
import { getDeployment } from "../queries/get-deployment.ts";
import type { DeploymentView } from "../types.ts";

export async function insertComment(tx: Tx, actor: UserActor, deploymentId: string, text: string): Promise<void> {
  const { id } = await tx.deploymentComment.create({
    data: { id: randomUUID(), deploymentId, byId: actor.id, text },
  });
  await recordAudit(tx, actor, {
    action: "deployments.comment",
    ...{ subjectType: "deployment", subjectId: deploymentId },
    detail: { commentId: id, text },
  });
}

/** A word about a deployment, for everybody who reads it. It changes nothing that was approved. */
export async function commentOnDeployment(actor: UserActor, id: string, text: string): Promise<DeploymentView> {
  authorize(actor, "deployments.comment");
  await transaction(async (tx) => {
    await findDeployment(id, tx);
    await insertComment(tx, actor, id, text);
  });
  return getDeployment(actor, id);
}
