import { db, type Tx } from "#lib/platform/db/client.ts";
import { AppError } from "#lib/platform/errors.ts";
import { defineStep } from "#lib/steps/define-step.ts";
import type { LedgerResource, PlanResult, StepContext, VerifyResult } from "#lib/steps/types.ts";
import { checkPolicy } from "../commands/check-policy.ts";
import { endPolicy, insertPolicy, updatePolicyRow } from "../commands/write-policy.ts";
import { KINDS } from "../constants.ts";
import { describeCron } from "../format.ts";
import { DEFAULT_ENVIRONMENT, findPolicy, findPolicyById } from "../queries/find-policy.ts";

import { type PolicyStepInput, policyStepInputSchema } from "../schema/steps.ts";

interface PolicyStepOutput {
  policyId: string;
}

const scopeOfRun = (ctx: StepContext, name: string) => ({
  serviceId: ctx.service?.id ?? null,
  environment: ctx.environment ?? DEFAULT_ENVIRONMENT,
  name,
});

/** The target that was named, or the one that new policies go to. */
async function findTarget(tx: Tx, targetId: string | null) {
  const where = targetId === null ? { isDefault: 1 } : { id: targetId };
  const target = await tx.backupTarget.findFirst({
    where: { ...where, removedAt: null },
    select: { id: true, name: true },
  });
  if (target) return target;
  throw new AppError({
    code: "backups.no_target",
    message: targetId === null ? "There is no target for new backups." : "The target that was chosen is gone.",
    advice: "Choose a default target under Backups, Targets, then try again.",
    retry: "needs_person",
  });
}

/** A schedule for the service's data: made once, brought up to date when it is there. */
export const backupsPolicy = defineStep({
  name: "backups.policy",
  queue: "provisioning",
  input: policyStepInputSchema,
  plan: planPolicy,
  apply: applyPolicy,
  verify: verifyPolicy,
  undo: undoPolicy,
  findLeft: async ({ kind, providerId, name }) =>
    kind === KINDS.policy && (await findPolicyById(providerId)) ? `The backup policy ${name} has not ended.` : null,
});

async function planPolicy(input: PolicyStepInput, ctx: StepContext): Promise<PlanResult> {
  const target = await findTarget(db(), input.targetId);
  const present = await findPolicy(scopeOfRun(ctx, input.name));
  const when = describeCron(input.cron) ?? "only when somebody asks";
  return {
    changes: [
      {
        action: present ? "change" : "create",
        kind: "backup policy",
        name: input.name,
        detail: `${when}, to ${target.name}`,
      },
    ],
    // What was reviewed is what is made, also when another target becomes the default meanwhile.
    pinned: { targetId: target.id },
  };
}

async function applyPolicy(input: PolicyStepInput, ctx: StepContext): Promise<PolicyStepOutput> {
  const scope = scopeOfRun(ctx, input.name);
  const now = new Date();
  const { id, made } = await ctx.write(async (tx) => {
    const target = await findTarget(tx, input.targetId);
    const settings = { ...input, targetId: target.id };
    await checkPolicy(tx, settings, input.source, scope.serviceId);
    const present = await findPolicy(scope, tx);
    if (!present) return { id: await insertPolicy(tx, { ...settings, ...scope }, now), made: true };
    if (!(await updatePolicyRow(tx, present, settings, now, input.source)))
      throw new AppError({
        code: "backups.changed_meanwhile",
        message: "Somebody is changing this policy just now.",
        retry: "retry",
      });
    return { id: present.id, made: false };
  });
  await ctx.ledger.record({ kind: KINDS.policy, providerId: id, name: input.name });
  const when = describeCron(input.cron) ?? "only when somebody asks";
  ctx.log.info(`${made ? "Made" : "Brought up to date"} the backup policy ${input.name}: ${when}`);
  return { policyId: id };
}

async function verifyPolicy(input: PolicyStepInput, ctx: StepContext): Promise<VerifyResult> {
  const policy = await findPolicy(scopeOfRun(ctx, input.name));
  if (!policy) return { ok: false, reason: `There is no backup policy ${input.name} any more.` };
  if (!policy.enabled) return { ok: false, reason: `The backup policy ${input.name} is switched off.` };
  if (policy.overdueAt && policy.overdueAt <= new Date())
    return { ok: false, reason: `Its backups are overdue since ${policy.overdueAt.toISOString()}.` };
  return { ok: true, reason: `${describeCron(policy.cron) ?? "Only when somebody asks"}, to ${policy.target.name}.` };
}

/** The schedule ends; what was stored is not this step's to take away. */
async function undoPolicy(resources: LedgerResource[], _input: PolicyStepInput, ctx: StepContext): Promise<void> {
  for (const { kind, providerId, name } of resources) {
    if (kind !== KINDS.policy) continue;
    await ctx.write((tx) => endPolicy(tx, providerId, new Date()));
    await ctx.ledger.gone(kind, providerId);
    ctx.log.info(`Ended the backup policy ${name}`);
  }
}
