import { authorize } from "#lib/access/policy.ts";
import type { UserActor } from "#lib/access/types.ts";
import { recordAudit } from "#lib/audit/record.ts";
import { compileChecklist, hashSteps } from "#lib/checklists/compile.ts";
import { PROVISION } from "#lib/checklists/provision.ts";
import type { Tx } from "#lib/platform/db/client.ts";
import { transaction } from "#lib/platform/db/transaction.ts";
import { invalid } from "#lib/platform/errors.ts";
import { createRun } from "#lib/runs/commands/create-run.ts";
import { ringRun } from "#lib/runs/ring.ts";
import { readArranged } from "#lib/templates/queries/read-published.ts";
import { ENVIRONMENT } from "../naming.ts";
import { findConflicts } from "../queries/find-conflicts.ts";
import { readContext } from "../queries/provision-context.ts";
import { type Draft, fillDraft, isPlanOf, loadDraft, planKey } from "../queries/read-draft.ts";
import { type Answers, answersSchema, fieldErrors } from "../schema/answers.ts";

/** The draft's answers when nothing stands in their way; otherwise a 422 that says what, beside each field. */
export async function readReadyAnswers(tx: Tx, draft: Draft): Promise<Answers> {
  const parsed = answersSchema.safeParse(fillDraft(draft));
  if (!parsed.success) throw invalid(fieldErrors(parsed.error));
  const { fields } = await findConflicts(tx, parsed.data, draft);
  if (Object.keys(fields).length > 0) throw invalid(fields);
  return parsed.data;
}

/**
 * The same answers have one plan, unless it failed (what was missing may be there now) or what it rested on has changed
 * since: a port taken, a setting edited. Then the next one is theirs.
 */
async function choosePlanKey(tx: Tx, draft: Draft, planHash: Uint8Array): Promise<string> {
  if (!draft.planRunId) return planKey(draft);
  const last = await tx.run.findUnique({
    where: { id: draft.planRunId },
    select: { startKey: true, state: true, planHash: true },
  });
  if (!last || !isPlanOf(last.startKey, draft)) return planKey(draft);
  const isSame = last.planHash !== null && Buffer.compare(last.planHash, planHash) === 0;
  const isOver = last.state === "failed" || last.state === "cancelled";
  return isSame && !isOver ? last.startKey : `${planKey(draft)}:after-${draft.planRunId}`;
}

/** Compiles the answers and asks every step what it would change, touching nothing. The same answers have one plan. */
export async function planService(actor: UserActor, draftId: string): Promise<{ runId: number }> {
  authorize(actor, "services.plan");
  const { runId } = await transaction(async (tx) => {
    const draft = await loadDraft(tx, draftId);
    const answers = await readReadyAnswers(tx, draft);
    const { checklist, pinned } = await readArranged(tx, PROVISION, answers);
    const steps = compileChecklist(checklist, await readContext(tx, answers, draft));
    const planHash = hashSteps(steps, pinned.templateVersion);
    const run = await createRun(tx, actor, {
      mode: "plan",
      checklist: pinned,
      title: `Plan ${answers.identity.name}`,
      // A draft's service exists only once its first run was started.
      serviceId: draft.serviceId,
      environment: ENVIRONMENT,
      draftId,
      undoesRunId: null,
      startKey: await choosePlanKey(tx, draft, planHash),
      exclusiveKey: null,
      planHash,
      steps,
    });
    if (run.created) {
      await tx.serviceDraft.update({ where: { id: draftId }, data: { planRunId: run.runId } });
      await recordAudit(tx, actor, {
        action: "services.plan",
        subjectType: "draft",
        subjectId: draftId,
        detail: { runId: run.runId, rev: draft.rev, name: answers.identity.name },
      });
    }
    return run;
  });
  await ringRun(runId);
  return { runId };
}
