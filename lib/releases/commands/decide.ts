import { randomUUID } from "node:crypto";
import { authorize } from "#lib/access/policy.ts";
import type { UserActor } from "#lib/access/types.ts";
import { recordAudit } from "#lib/audit/record.ts";
import type { Tx } from "#lib/platform/db/client.ts";
import { transaction } from "#lib/platform/db/transaction.ts";
import { AppError } from "#lib/platform/errors.ts";
import { type ApprovalRefusal, judgeApproval } from "../approval/judge-approval.ts";
import { type FoundDeployment, findDeployment } from "../queries/find-deployment.ts";
import { getDeployment } from "../queries/get-deployment.ts";
import { REFUSALS, toApprover, toProposal } from "../queries/judge-decision.ts";
import { readLenders } from "../queries/lenders.ts";
import { sealNowOf } from "../queries/seal-now.ts";
import type { DecisionInput } from "../schema/release.ts";
import type { DeploymentView } from "../types.ts";
import { closeDeployment, explainDrift } from "./close-deployment.ts";
import { lockDeployment } from "./lock-deployment.ts";
import { unusedUntil } from "./propose.ts";
import { supersedeOlder } from "./supersede.ts";
import { tellDeployment } from "./tell-deployment.ts";

const refusalError = (refusal: ApprovalRefusal, state: string) =>
  new AppError({
    code: `approvals.${refusal.replaceAll("-", "_")}`,
    message:
      refusal === "closed" ? `${REFUSALS.closed.words} It is ${state.replace("_", " ")}.` : REFUSALS[refusal].words,
    status: REFUSALS[refusal].status,
  });

async function findLender(tx: Tx, actor: UserActor, lenderId: string | null, now: Date) {
  if (lenderId === null || lenderId === actor.id) return null;
  const lender = (await readLenders(tx, actor.id, now)).find(({ id }) => id === lenderId);
  if (lender) return lender;
  throw new AppError({ code: "approvals.not_lent", message: "This person has not lent you their vote.", status: 403 });
}

async function keepVote(tx: Tx, actor: UserActor, row: FoundDeployment, input: DecisionInput, voterId: string) {
  const { decision, comment } = input;
  const key = { deploymentId: row.id, voterId, seal: row.seal };
  await tx.approval.upsert({
    where: { deploymentId_voterId_seal: key },
    create: { id: randomUUID(), ...key, byId: actor.id, decision, comment },
    update: { byId: actor.id, decision, comment, createdAt: new Date() },
  });
  await recordAudit(tx, actor, {
    action: decision === "approve" ? "deployments.approve" : "deployments.voteAgainst",
    ...{ subjectType: "deployment", subjectId: row.id },
    detail: { seal: row.seal, comment, voter: voterId, needed: row.needed, release: row.release.number },
  });
}

/** The last vote that is needed: from here on it may start. */
async function completeApproval(tx: Tx, actor: UserActor, row: FoundDeployment, now: Date): Promise<void> {
  const later = row.startAt !== null && row.startAt > now;
  await tx.deployment.update({
    where: { id: row.id },
    data: {
      ...{ state: later ? "scheduled" : "approved", approvedAt: now, expiresAt: unusedUntil(row.startAt, now) },
      version: { increment: 1 },
    },
  });
  const approved = await findDeployment(row.id, tx);
  await supersedeOlder(tx, actor, approved, now);
  await tellDeployment(tx, approved, "approved");
}

/** What the transaction commits, a refusal that ended the deployment included. */
async function decide(
  tx: Tx,
  actor: UserActor,
  id: string,
  input: DecisionInput,
  now: Date,
): Promise<ApprovalRefusal | null> {
  const row = await lockDeployment(tx, id);
  const lender = await findLender(tx, actor, input.onBehalfOfId, now);
  const { seal: sealNow, targetState } = await sealNowOf(tx, row);
  const proposal = toProposal(row, sealNow);
  const voterId = lender?.id ?? actor.id;
  const rejects = input.decision === "reject";
  // Saying no needs no look at what runs there, and may take an earlier yes back.
  const asked = rejects ? { ...proposal, sealNow: row.seal, approvals: [] } : proposal;
  const verdict = judgeApproval(asked, toApprover(actor, lender), input.seal, now);
  if (!verdict.ok) {
    if (verdict.refusal === "target-changed")
      await closeDeployment(tx, actor, row, "void", explainDrift(row, targetState), now);
    if (verdict.refusal === "expired")
      await closeDeployment(tx, actor, row, "expired", "Too few people had approved it in time.", now);
    return verdict.refusal;
  }
  await keepVote(tx, actor, row, input, voterId);
  if (rejects) {
    const said = `${actor.name} rejected it: ${input.comment}`;
    await closeDeployment(tx, actor, await findDeployment(id, tx), "rejected", said, now);
  } else if (verdict.completes) await completeApproval(tx, actor, row, now);
  return null;
}

/** Eyes are a person's: what programs send with somebody's token nobody has read. */
export function assertPerson(actor: UserActor): void {
  if (actor.via === "session") return;
  throw new AppError({
    code: "approvals.needs_person",
    message: "A token cannot decide: somebody has to have read it.",
    advice: "Sign in and decide on its page.",
    status: 403,
  });
}

/**
 * One person's word on what they read. Four eyes have no exception, administrators included; it is judged with the row locked, so
 * that of two last votes one completes it.
 */
export async function decideDeployment(
  actor: UserActor,
  id: string,
  input: DecisionInput,
  now: Date = new Date(),
): Promise<DeploymentView> {
  authorize(actor, "deployments.decide");
  assertPerson(actor);
  const refusal = await transaction((tx) => decide(tx, actor, id, input, now));
  if (refusal) throw refusalError(refusal, (await findDeployment(id)).state);
  return getDeployment(actor, id);
}
