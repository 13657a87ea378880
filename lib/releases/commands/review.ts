import { authorize } from "#lib/access/policy.ts";
import type { UserActor } from "#lib/access/types.ts";
import { recordAudit } from "#lib/audit/record.ts";
import { transaction } from "#lib/platform/db/transaction.ts";
import { AppError, conflict } from "#lib/platform/errors.ts";
import { authorsOf } from "../queries/find-deployment.ts";
import { getDeployment } from "../queries/get-deployment.ts";
import type { DeploymentView } from "../types.ts";
import { insertComment } from "./comment.ts";
import { assertPerson } from "./decide.ts";
import { lockDeployment } from "./lock-deployment.ts";

/** Somebody else has looked at what was done without approval, and says what they found. */
export async function reviewDeployment(
  actor: UserActor,
  id: string,
  comment: string,
  now: Date = new Date(),
): Promise<DeploymentView> {
  authorize(actor, "deployments.review");
  assertPerson(actor);
  await transaction(async (tx) => {
    const row = await lockDeployment(tx, id);
    if (row.reviewDueAt === null) throw conflict("deployments.no_review", "It was approved before it ran.");
    if (row.reviewedAt) throw conflict("deployments.reviewed", "It has been reviewed already.");
    if (authorsOf(row).includes(actor.id))
      throw new AppError({
        code: "deployments.own_review",
        message: "You did this or made a part of it: somebody else has to review it.",
        status: 403,
      });
    await tx.deployment.update({
      where: { id },
      data: { reviewedById: actor.id, reviewedAt: now, version: { increment: 1 } },
    });
    await insertComment(tx, actor, id, comment);
    await recordAudit(tx, actor, {
      action: "deployments.review",
      ...{ subjectType: "deployment", subjectId: id },
      detail: { comment, late: row.reviewDueAt !== null && row.reviewDueAt < now },
    });
  });
  return getDeployment(actor, id);
}
