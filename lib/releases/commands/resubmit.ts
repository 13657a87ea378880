import { authorize } from "#lib/access/policy.ts";
import type { UserActor } from "#lib/access/types.ts";
import { transaction } from "#lib/platform/db/transaction.ts";
import { conflict } from "#lib/platform/errors.ts";
import { type DeploymentState, RESUBMITTABLE_STATES } from "../constants.ts";
import { authorsOf, findDeployment } from "../queries/find-deployment.ts";
import { getDeployment } from "../queries/get-deployment.ts";
import { prepareProposal } from "../queries/prepare-proposal.ts";
import { reviewAnswersSchema } from "../schema/release.ts";
import type { DeploymentView } from "../types.ts";
import { insertProposal, lockTarget } from "./propose.ts";

/**
 * The same once more, as a proposal of its own against how things are now: nothing of the old one's approvals comes along, only its
 * answers, and with them whoever wrote them. An answer that does not fit any more is refused; then it is proposed anew.
 */
export async function resubmitDeployment(
  actor: UserActor,
  id: string,
  now: Date = new Date(),
): Promise<DeploymentView> {
  authorize(actor, "deployments.propose");
  const made = await transaction(async (tx) => {
    const { releaseId, environment } = await findDeployment(id, tx);
    await lockTarget(tx, releaseId, environment.name);
    const row = await findDeployment(id, tx);
    if (!RESUBMITTABLE_STATES.includes(row.state as DeploymentState) || row.kind !== "release")
      throw conflict("deployments.not_over", "Only what ended without coming to run can be proposed again.");
    const prepared = await prepareProposal(tx, releaseId, environment.name);
    const answers = reviewAnswersSchema.parse(row.answers);
    const startAt = row.startAt && row.startAt > now ? row.startAt : null;
    return insertProposal(tx, actor, prepared, { answers, startAt, editorIds: authorsOf(row), now });
  });
  return getDeployment(actor, made);
}
