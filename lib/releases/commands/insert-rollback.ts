import type { Actor } from "#lib/access/types.ts";
import { recordAudit } from "#lib/audit/record.ts";
import type { Tx } from "#lib/platform/db/client.ts";
import { prefillAnswers } from "../approval/check-answers.ts";
import { collectEvidence, engineOf } from "../compare/collect-evidence.ts";
import { REVIEW_HOURS } from "../constants.ts";
import { authorsOf, type FoundDeployment } from "../queries/find-deployment.ts";
import { readRunning } from "../queries/find-environment.ts";
import { withLivingSecrets } from "../queries/list-missing-secrets.ts";
import { readTargetState } from "../queries/read-target-state.ts";
import { releaseContentSchema } from "../schema/content.ts";
import { withPresentPlace } from "./adopt-place.ts";
import { insertDeployment } from "./insert-deployment.ts";
import { unusedUntil } from "./propose.ts";

/** Why one goes back; `requestedById`: who wanted it, null for the panel itself. */
interface WayBack {
  reason: string;
  requestedById: string | null;
}

/**
 * A deployment that brings back what an earlier one ran, approved by what that was. Whether it can be done, and may, the caller has
 * asked; afterwards `startDeployment`.
 */
export async function insertRollback(
  tx: Tx,
  actor: Actor,
  earlier: FoundDeployment,
  { reason, requestedById }: WayBack,
  now: Date,
): Promise<string> {
  const { environment } = earlier;
  const frozen = await withLivingSecrets(tx, environment, releaseContentSchema.parse(earlier.content));
  const content = await withPresentPlace(tx, environment, frozen);
  // It broke the glass, or went back to what did, and nobody has looked at it since: then somebody has to now.
  const unseen = earlier.reviewDueAt !== null && earlier.reviewedAt === null;
  const evidence = collectEvidence(
    (await readRunning(tx, environment))?.content ?? null,
    content,
    engineOf(earlier.release.template),
  );
  const { id, seal } = await insertDeployment(tx, {
    ...{ releaseId: earlier.releaseId, environment, kind: "rollback", state: "approved", content },
    ...{ configVersion: earlier.configVersion, answers: prefillAnswers(evidence.evidence), evidence },
    ...{ targetState: await readTargetState(tx, environment, content), needed: 0, requestedById },
    // Whoever made what nobody looked at is not who looks at it now.
    editorIds: unseen ? authorsOf(earlier).filter((author) => author !== requestedById) : [],
    expiresAt: unusedUntil(null, now),
    more: { reason, ...(unseen ? { reviewDueAt: new Date(now.getTime() + REVIEW_HOURS * 3_600_000) } : {}) },
  });
  await recordAudit(tx, actor, {
    action: "deployments.rollBack",
    ...{ subjectType: "deployment", subjectId: id },
    detail: {
      ...{ service: environment.service.name, environment: environment.name, release: earlier.release.number, seal },
      ...{ to: earlier.id, reason },
    },
  });
  return id;
}
