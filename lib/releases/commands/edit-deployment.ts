import { authorize } from "#lib/access/policy.ts";
import type { UserActor } from "#lib/access/types.ts";
import { recordAudit } from "#lib/audit/record.ts";
import type { Prisma, Tx } from "#lib/platform/db/client.ts";
import { transaction } from "#lib/platform/db/transaction.ts";
import { conflict } from "#lib/platform/errors.ts";
import { sealOf } from "../approval/seal.ts";
import { OPEN_STATES, PENDING_HOURS } from "../constants.ts";
import { authorsOf, type FoundDeployment, findDeployment } from "../queries/find-deployment.ts";
import { getDeployment } from "../queries/get-deployment.ts";
import { assertNotBlocked, prepareProposal, weighAnswers } from "../queries/prepare-proposal.ts";
import type { EditInput } from "../schema/release.ts";
import type { DeploymentView } from "../types.ts";
import { lockDeployment } from "./lock-deployment.ts";
import { assertSame, readStart, unusedUntil } from "./propose.ts";
import { tellDeployment } from "./tell-deployment.ts";

function assertEditable(row: FoundDeployment, version: number): void {
  if (row.kind !== "release" || !(OPEN_STATES as readonly string[]).includes(row.state))
    throw conflict("deployments.closed", "It cannot be edited any more.", "Propose the release again.");
  if (row.version !== version)
    throw conflict("deployments.changed_meanwhile", "It has changed since you read it.", "Load it again.");
}

async function rewrite(tx: Tx, actor: UserActor, id: string, input: EditInput, now: Date): Promise<void> {
  const row = await lockDeployment(tx, id);
  assertEditable(row, input.version);
  const startAt = readStart(input.startAt, now);
  const { environment } = row;
  const prepared = await prepareProposal(tx, row.releaseId, environment.name);
  assertSame(prepared, input.seal);
  const weighed = await weighAnswers(tx, prepared, input.answers);
  assertNotBlocked(weighed);
  const { content, evidence, targetState } = prepared;
  const { answers } = input;
  const revision = row.revision + 1;
  const sealed = { environment: environment.name, content, answers, evidence, targetState };
  const seal = sealOf({ ...sealed, startAt: startAt?.toISOString() ?? null, revision });
  const free = weighed.needed === 0;
  const authors = new Set([...authorsOf(row), ...prepared.makerIds, actor.id]);
  authors.delete(row.requestedById ?? "");
  await tx.deployment.update({
    where: { id },
    data: {
      ...{ content: content as Prisma.InputJsonObject, configVersion: prepared.configVersion, answers, targetState },
      ...{ evidence: evidence as unknown as Prisma.InputJsonObject, seal, revision },
      ...{ needed: weighed.needed, startAt },
      ...{ editorIds: [...authors], previousId: prepared.environment.currentId, version: { increment: 1 } },
      state: free ? (startAt ? "scheduled" : "approved") : "proposed",
      approvedAt: free ? now : null,
      expiresAt: free ? unusedUntil(startAt, now) : new Date(now.getTime() + PENDING_HOURS * 3_600_000),
    },
  });
  await recordAudit(tx, actor, {
    action: "deployments.edit",
    ...{ subjectType: "deployment", subjectId: id },
    detail: { from: row.seal, seal, needed: weighed.needed, answers, startAt: startAt?.toISOString() ?? null },
  });
  if (!free) await tellDeployment(tx, await findDeployment(id, tx), "proposed");
}

/**
 * Writes an open proposal anew, against how things are now. Whoever does is an editor and cannot approve it; approvals of the text
 * before are worth nothing, for they name its seal, and no later text has it again: not even one that says the same.
 */
export async function editDeployment(
  actor: UserActor,
  id: string,
  input: EditInput,
  now: Date = new Date(),
): Promise<DeploymentView> {
  authorize(actor, "deployments.propose");
  await transaction((tx) => rewrite(tx, actor, id, input, now));
  return getDeployment(actor, id);
}
