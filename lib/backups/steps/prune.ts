import { defineStep } from "#lib/steps/define-step.ts";
import type { PlanResult, StepContext, VerifyResult } from "#lib/steps/types.ts";
import { checkKept } from "../commands/check-kept.ts";
import { type PointRef, removePoint, withStores } from "../commands/remove-point.ts";
import { type PolicyRow, readRunPolicy } from "../queries/find-policy.ts";
import { listPoints } from "../queries/list-points.ts";
import { explainNothingGoes } from "../queries/why-nothing-goes.ts";
import { findRelied, planRetention } from "../retention/plan-retention.ts";
import { type PruneBackupsInput, pruneBackupsInputSchema } from "../schema/steps.ts";
import { openTarget } from "../targets/open-target.ts";

export interface PruneOutput {
  kept: number;
  removed: number;
}

/** Points whose removal has begun: their rows are gone, so that only this says what is left to do. */
interface Begun {
  removing: PointRef[];
  removed: number;
}

const findPlan = async (policy: PolicyRow) =>
  planRetention(await listPoints(policy.id, new Date()), policy, new Date()).map(({ point, ...decision }) => ({
    ...decision,
    point: { id: point.id, key: point.key, targetId: point.targetId, proven: point.proven },
  }));

/** Removes the points that a policy's retention no longer keeps. What it removes is decided here, when it runs. */
export const backupsPrune = defineStep({
  name: "backups.prune",
  queue: "backups",
  input: pruneBackupsInputSchema,
  timeoutMs: 2 * 60 * 60_000,
  plan: planPrune,
  apply: applyPrune,
  verify: verifyPrune,
  async undo(_resources, _input, ctx) {
    ctx.log.info("What was removed cannot be brought back");
  },
});

async function planPrune(input: PruneBackupsInput, ctx: StepContext): Promise<PlanResult> {
  const policy = await readRunPolicy(input.policy, ctx);
  const going = (await findPlan(policy)).filter((one) => !one.keep);
  return {
    changes: going.map(({ point }) => ({ action: "remove", kind: "backup", name: point.key })),
  };
}

async function applyPrune(input: PruneBackupsInput, ctx: StepContext): Promise<PruneOutput> {
  const policy = await readRunPolicy(input.policy, ctx);
  const begun: Begun = ctx.checkpoint.get<Begun>() ?? { removing: [], removed: 0 };
  const plan = await findPlan(policy);
  const isAnyGoing = plan.some(({ keep }) => !keep);
  const reason = (await explainNothingGoes(policy.id)) ?? (isAnyGoing ? await checkKept(findRelied(plan), ctx) : null);
  for (const { point, keep, reasons } of plan) if (keep) ctx.log.info(`Keep ${point.key}: ${reasons.join(", ")}`);
  if (reason) ctx.log.warn(reason);
  const going = reason
    ? []
    : plan.filter((one) => !one.keep).map(({ point: { id, key, targetId } }) => ({ id, key, targetId }));
  const all = [...new Map([...begun.removing, ...going].map((point) => [point.id, point])).values()];
  let kept = plan.length - going.length;
  if (all.length > 0) await ctx.checkpoint.set({ ...begun, removing: all } satisfies Begun);
  let { removed } = begun;
  const open = (targetId: string) => openTarget(targetId, (secret) => ctx.redact(secret));
  await withStores(all, open, async (store, point) => {
    const stays = await removePoint(store, point, `no longer kept by the policy ${policy.name}`, ctx);
    if (stays) {
      kept++;
      ctx.log.warn(`${point.key} stays after all: ${stays}`);
    } else removed++;
    ctx.progress("points removed", removed, all.length);
  });
  await ctx.checkpoint.set({ removing: [], removed } satisfies Begun);
  ctx.log.info(`${kept} kept, ${removed} removed`);
  return { kept, removed };
}

/** That its rules hold now: nothing is there that should have gone. */
async function verifyPrune(input: PruneBackupsInput, ctx: StepContext): Promise<VerifyResult> {
  const policy = await readRunPolicy(input.policy, ctx);
  const late = (await findPlan(policy)).filter((one) => !one.keep).length;
  if (late === 0) return { ok: true, reason: "Every point that is there is kept by the policy." };
  return { ok: false, reason: `${late} points are no longer kept by the policy and still there.` };
}
