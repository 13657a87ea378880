import { authorize } from "#lib/access/policy.ts";
import type { UserActor } from "#lib/access/types.ts";
import { recordAudit } from "#lib/audit/record.ts";
import { compileChecklist, hashSteps } from "#lib/checklists/compile.ts";
import { PROVISION } from "#lib/checklists/provision.ts";
import { configOf } from "#lib/checklists/stack-input.ts";
import type { Tx } from "#lib/platform/db/client.ts";
import { transaction } from "#lib/platform/db/transaction.ts";
import { conflict } from "#lib/platform/errors.ts";
import { createRun } from "#lib/runs/commands/create-run.ts";
import { ringRun } from "#lib/runs/ring.ts";
import type { CompiledStep } from "#lib/runs/types.ts";
import { readArranged } from "#lib/templates/queries/read-published.ts";
import { ENVIRONMENT } from "../naming.ts";
import { claimsOf, readContext } from "../queries/provision-context.ts";
import { type Draft, isPlanOf, lockDraft } from "../queries/read-draft.ts";
import { readReadyAnswers } from "./plan-service.ts";
import { claimForService, moveSecrets, saveDependencies, saveService } from "./save-service.ts";
import { writeConfig } from "./write-config.ts";

export interface StartedRun {
  runId: number;
  serviceName: string;
  /** False when the same start had been asked for before: it is the same run. */
  created: boolean;
}

const startKey = (draft: Draft) => `provision:${draft.id}:${draft.rev}`;

/**
 * The run these answers have already, or the key of the next: a run that was cancelled or undone cannot go on, so the same
 * answers may be started anew after it.
 */
async function findStarted(tx: Tx, draft: Draft) {
  const last = await tx.run.findFirst({
    where: { OR: [{ startKey: startKey(draft) }, { startKey: { startsWith: `${startKey(draft)}:after-` } }] },
    orderBy: { id: "desc" },
    select: { id: true, state: true, service: { select: { name: true } } },
  });
  if (!last) return { key: startKey(draft) };
  const isUndone = await tx.run.findFirst({
    where: { undoesRunId: last.id, state: "succeeded" },
    select: { id: true },
  });
  if (last.state === "cancelled" || isUndone) return { key: `${startKey(draft)}:after-${last.id}` };
  return { present: last };
}

const LOOK_AGAIN = "Look at the new plan, then start.";

/** The plan's steps, with the digests and whatever else it found out. Refuses a plan that is not the present answers' own. */
async function readPlan(tx: Tx, draft: Draft, planRunId: number) {
  const plan = await tx.run.findUnique({
    where: { id: planRunId },
    select: {
      mode: true,
      state: true,
      startKey: true,
      planHash: true,
      steps: {
        select: { key: true, title: true, state: true, output: true, error: true },
        orderBy: { position: "asc" },
      },
    },
  });
  if (plan?.mode !== "plan" || !plan.startKey.startsWith(`plan:${draft.id}:`))
    throw conflict("plan.unknown", "This plan belongs to other answers.", LOOK_AGAIN);
  if (!isPlanOf(plan.startKey, draft))
    throw conflict("plan.stale", "The answers were changed after this plan was made.", LOOK_AGAIN);
  if (plan.state === "failed" || plan.state === "cancelled") {
    const failed = plan.steps.filter((step) => step.state === "failed");
    const reasons = failed.map((step) => `${step.title}: ${readMessage(step.error)}`);
    throw conflict(
      "plan.failed",
      reasons.length > 0 ? `The plan found what would not work. ${reasons.join(" ")}` : "The plan was not finished.",
      "Mend what it names and plan again.",
    );
  }
  if (plan.state !== "succeeded")
    throw conflict("plan.unfinished", "The plan is still being made.", "Wait for it, then start.");
  return plan;
}

const readMessage = (error: unknown): string =>
  typeof error === "object" && error !== null && "message" in error ? String(error.message) : "It failed.";

function readPinned(output: unknown): Record<string, unknown> {
  if (typeof output !== "object" || output === null || !("pinned" in output)) return {};
  return (output.pinned ?? {}) as Record<string, unknown>;
}

/** What was reviewed is what runs: digests found by the plan stand in the input of the steps. */
function pinSteps(steps: CompiledStep[], plan: Awaited<ReturnType<typeof readPlan>>): CompiledStep[] {
  const pinned = new Map(plan.steps.map((step) => [step.key, readPinned(step.output)]));
  return steps.map((step) => ({ ...step, input: { ...step.input, ...pinned.get(step.key) } }));
}

/**
 * Starts provisioning from a reviewed plan: the service, its answers, its claims and its run come to be in one
 * transaction. Pressed twice, or by two people, it is one run.
 */
export async function startProvisioning(
  actor: UserActor,
  draftId: string,
  { planRunId }: { planRunId: number },
): Promise<StartedRun> {
  authorize(actor, "services.provision");
  const started = await transaction(async (tx): Promise<StartedRun> => {
    // Whoever comes second waits here, then finds the first one's run.
    const draft = await lockDraft(tx, draftId);
    const { present, key } = await findStarted(tx, draft);
    if (present) return { runId: present.id, serviceName: present.service?.name ?? "", created: false };

    const plan = await readPlan(tx, draft, planRunId);
    const answers = await readReadyAnswers(tx, draft);
    const context = await readContext(tx, answers, draft);
    const { checklist, pinned } = await readArranged(tx, PROVISION, answers);
    const compiled = compileChecklist(checklist, context);
    if (!plan.planHash || Buffer.compare(plan.planHash, hashSteps(compiled, pinned.templateVersion)) !== 0)
      throw conflict(
        "plan.stale",
        "Something the plan rests on has changed since it was made: a port, a host name, a setting or the checklist.",
        "Plan again, look at it, then start.",
      );
    const steps = pinSteps(compiled, plan);

    const { serviceId } = context;
    const version = await saveService(tx, actor, context);
    // The environment has the service's own id: it came first.
    await writeConfig(tx, serviceId, configOf(context), actor.id);
    await claimForService(tx, serviceId, claimsOf(context));
    await saveDependencies(tx, serviceId, answers);
    await moveSecrets(tx, draftId, serviceId, answers);
    await tx.serviceDraft.update({ where: { id: draftId }, data: { serviceId } });
    const run = await createRun(tx, actor, {
      mode: "apply",
      checklist: pinned,
      title: `Provision ${answers.identity.name}`,
      serviceId,
      environment: ENVIRONMENT,
      draftId,
      undoesRunId: null,
      startKey: key,
      exclusiveKey: `service:${serviceId}`,
      planHash: hashSteps(steps),
      steps,
    });
    await recordAudit(tx, actor, {
      action: "services.provision",
      subjectType: "service",
      subjectId: serviceId,
      detail: {
        name: answers.identity.name,
        runId: run.runId,
        planRunId,
        answersVersion: version,
        planHash: Buffer.from(hashSteps(steps)).toString("hex"),
      },
    });
    return { runId: run.runId, serviceName: answers.identity.name, created: run.created };
  });
  await ringRun(started.runId);
  return started;
}
