import { authorize } from "#lib/access/policy.ts";
import type { UserActor } from "#lib/access/types.ts";
import { recordAudit } from "#lib/audit/record.ts";
import type { Tx } from "#lib/platform/db/client.ts";
import { transaction } from "#lib/platform/db/transaction.ts";
import { invalid } from "#lib/platform/errors.ts";
import { ringRun } from "#lib/runs/ring.ts";
import { REVIEW_HOURS } from "../constants.ts";
import { findDeployment } from "../queries/find-deployment.ts";
import { getDeployment } from "../queries/get-deployment.ts";
import { prepareProposal } from "../queries/prepare-proposal.ts";
import type { BreakGlassInput } from "../schema/release.ts";
import type { DeploymentView } from "../types.ts";
import { assertPerson } from "./decide.ts";
import { insertDeployment } from "./insert-deployment.ts";
import { lockTarget, unusedUntil } from "./propose.ts";
import { startDeployment } from "./start-deployment.ts";
import { supersedeOlder } from "./supersede.ts";
import { tellDeployment } from "./tell-deployment.ts";

/** Nobody changes production in passing: the service's name is typed. */
export function assertConfirmed(confirm: string, serviceName: string): void {
  if (confirm.trim() !== serviceName) throw invalid({ confirm: `Type ${serviceName}.` });
}

async function insertBroken(tx: Tx, actor: UserActor, input: BreakGlassInput, now: Date): Promise<string> {
  await lockTarget(tx, input.releaseId, input.environment);
  const prepared = await prepareProposal(tx, input.releaseId, input.environment);
  const { release, environment, content, configVersion, prefilled: answers, evidence, targetState } = prepared;
  assertConfirmed(input.confirm, environment.service.name);
  const { id, seal } = await insertDeployment(tx, {
    ...{ releaseId: release.id, environment, kind: "break-glass", state: "approved", content, configVersion },
    ...{ answers, evidence, targetState, needed: 0, requestedById: actor.id },
    editorIds: prepared.makerIds.filter((maker) => maker !== actor.id),
    expiresAt: unusedUntil(null, now),
    more: { reason: input.reason, reviewDueAt: new Date(now.getTime() + REVIEW_HOURS * 3_600_000) },
  });
  await recordAudit(tx, actor, {
    action: "deployments.breakGlass",
    ...{ subjectType: "deployment", subjectId: id },
    detail: {
      ...{ service: environment.service.name, environment: environment.name, release: release.number, seal },
      reason: input.reason,
    },
  });
  return id;
}

/**
 * Brings a release to an environment past approval and calendar, at once. Every manager hears of it, and somebody else has to look
 * at it within a day. It still waits for nothing and nobody only as far as one at a time allows.
 */
export async function breakGlass(
  actor: UserActor,
  input: BreakGlassInput,
  now: Date = new Date(),
): Promise<DeploymentView> {
  authorize(actor, "deployments.breakGlass");
  assertPerson(actor);
  const { id, runId } = await transaction(async (tx) => {
    const id = await insertBroken(tx, actor, input, now);
    const row = await findDeployment(id, tx);
    await supersedeOlder(tx, actor, row, now);
    await tellDeployment(tx, row, "broke-glass");
    const started = await startDeployment(tx, actor, id, now);
    // Nothing of it is kept then.
    if (!started.ok) throw started.error;
    return { id, runId: started.runId };
  });
  await ringRun(runId);
  return getDeployment(actor, id);
}
