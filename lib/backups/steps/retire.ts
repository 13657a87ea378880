import { db } from "#lib/platform/db/client.ts";
import { AppError } from "#lib/platform/errors.ts";
import { assertStillMay } from "#lib/runs/assert-still-may.ts";
import { defineStep } from "#lib/steps/define-step.ts";
import type { PlanResult, StepContext, VerifyResult } from "#lib/steps/types.ts";
import { type PointRef, removePoint, withStores } from "../commands/remove-point.ts";
import { endPolicy } from "../commands/write-policy.ts";
import { type RetireBackupsInput, retireBackupsInputSchema } from "../schema/steps.ts";
import { openTarget } from "../targets/open-target.ts";

export interface RetireOutput {
  policies: number;
  kept: number;
  removed: number;
  /** Points that had to stay, each with why. */
  stayed: string[];
}

function serviceOf(ctx: StepContext): { id: string; name: string } {
  if (ctx.service) return ctx.service;
  throw new AppError({
    code: "backups.no_service",
    message: "Only a service's backups can be retired; this run has none.",
  });
}

const listPolicies = (serviceId: string) =>
  db().backupPolicy.findMany({ where: { serviceId, removedAt: null }, orderBy: { name: "asc" } });

const listStored = (serviceId: string) =>
  db().backup.findMany({
    where: { serviceId, state: { in: ["stored", "verified", "failed"] }, removedAt: null },
    orderBy: [{ startedAt: "asc" }],
    select: {
      ...{ id: true, key: true, targetId: true, policyId: true, policy: true, state: true, stepId: true },
      ...{ environment: true, missingAt: true },
    },
  });
type Stored = Awaited<ReturnType<typeof listStored>>[number];

/** Steps of this run: what they took was taken just now. */
async function listOwnSteps(runId: number): Promise<Set<number>> {
  const steps = await db().step.findMany({ where: { runId, name: "backups.take" }, select: { id: true } });
  return new Set(steps.map((step) => step.id));
}

/** Kept under the policy, or where the row of that is gone under what it was called. */
const policyKeyOf = ({ policyId, environment, policy }: Stored) => policyId ?? `${environment}/${policy}`;

/**
 * Of each policy what never goes with the service, by its id with why: its last proven point, or where none is proven the newest
 * that was stored. A person may remove it afterwards.
 */
function findStaying(points: readonly Stored[]): Map<string, string> {
  const there = points.filter((point) => point.missingAt === null);
  const newest = (state: string) =>
    new Map(there.filter((point) => point.state === state).map((point) => [policyKeyOf(point), point.id]));
  const proven = newest("verified");
  const unproven = [...newest("stored")].filter(([policy]) => !proven.has(policy));
  return new Map([
    ...[...proven.values()].map((id) => [id, "the last one proven"] as const),
    ...unproven.map(([, id]) => [id, "the newest one, and none of them is proven"] as const),
  ]);
}

/** Ends every schedule of a service that goes away; its points are kept or deleted, as was chosen. */
export const backupsRetire = defineStep({
  name: "backups.retire",
  queue: "backups",
  input: retireBackupsInputSchema,
  timeoutMs: 2 * 60 * 60_000,
  plan: planRetire,
  apply: applyRetire,
  verify: verifyRetire,
  async undo(_resources, _input, ctx) {
    ctx.log.info("Schedules that have ended are made again by hand; removed points cannot be brought back");
  },
});

async function planRetire({ objects }: RetireBackupsInput, ctx: StepContext): Promise<PlanResult> {
  const service = serviceOf(ctx);
  const [policies, points] = await Promise.all([listPolicies(service.id), listStored(service.id)]);
  return {
    changes: [
      ...policies.map(({ name }) => ({ action: "remove" as const, kind: "backup policy", name })),
      ...points.map(({ key }) => ({
        action: objects === "delete" ? ("remove" as const) : ("keep" as const),
        kind: "backup",
        name: key,
      })),
    ],
    warnings:
      objects === "delete" && points.length > 0
        ? ["The points are deleted but for the last one proven of each policy, and what is pinned or locked."]
        : [],
  };
}

/** Refuses to delete while a policy that still runs has no point that was taken and proven by this very run. */
async function assertFreshProof(
  points: readonly Stored[],
  policies: readonly { id: string; name: string; environment: string }[],
  runId: number,
): Promise<void> {
  const own = await listOwnSteps(runId);
  const isFresh = ({ state, missingAt, stepId }: Stored) =>
    state === "verified" && missingAt === null && stepId !== null && own.has(stepId);
  const fresh = new Set(points.filter(isFresh).map((point) => point.policyId));
  // Of a policy that ended earlier there is nothing newer to be had: the last one it has simply stays.
  const stale = policies.filter((policy) => !fresh.has(policy.id));
  if (stale.length === 0) return;
  const names = stale.map(({ name, environment }) => `${name} (${environment})`);
  throw new AppError({
    code: "backups.no_fresh_proof",
    message: `No backup was taken and proven in this run for: ${names.join(", ")}.`,
    advice:
      "Nothing is deleted. Prove the backup that this run took and retry, or cancel and start again, keeping them.",
    retry: "needs_person",
  });
}

async function applyRetire({ objects }: RetireBackupsInput, ctx: StepContext): Promise<RetireOutput> {
  const service = serviceOf(ctx);
  const points = await listStored(service.id);
  const policies = await listPolicies(service.id);
  // Before anything ends: a step that is refused leaves the schedules running.
  if (objects === "delete") {
    // The run may have waited for days.
    await assertStillMay(ctx.run.requestedById, "backups.remove");
    await assertFreshProof(points, policies, ctx.run.id);
  }
  for (const policy of policies) {
    await ctx.guard();
    await ctx.write((tx) => endPolicy(tx, policy.id, new Date()));
    ctx.log.info(`Ended the backup policy ${policy.name} of ${policy.environment}`);
  }
  if (objects === "keep") {
    ctx.log.info(`${points.length} points are kept where they are`);
    return { policies: policies.length, kept: points.length, removed: 0, stayed: [] };
  }
  const staying = findStaying(points);
  const stayed: string[] = [];
  const going: PointRef[] = [];
  for (const point of points) {
    const why = staying.get(point.id);
    if (why) stayed.push(`${point.key}: ${why}`);
    else going.push({ id: point.id, key: point.key, targetId: point.targetId });
  }
  let removed = 0;
  const open = (targetId: string) => openTarget(targetId, (secret) => ctx.redact(secret));
  await withStores(await addBegun(going, ctx), open, async (store, point) => {
    const stays = await removePoint(store, point, `${service.name} was retired in run ${ctx.run.id}`, ctx);
    if (stays) stayed.push(`${point.key}: ${stays}`);
    else removed++;
    ctx.progress("points removed", removed, going.length);
  });
  for (const one of stayed) ctx.log.warn(`Stays: ${one}`);
  return { policies: policies.length, kept: stayed.length, removed, stayed };
}

/** What an earlier try began to remove is finished, though its rows say that it is gone. */
async function addBegun(going: readonly PointRef[], ctx: StepContext): Promise<PointRef[]> {
  const begun = ctx.checkpoint.get<{ removing: PointRef[] }>()?.removing ?? [];
  const all = [...new Map([...begun, ...going].map((point) => [point.id, point])).values()];
  await ctx.checkpoint.set({ removing: all });
  return all;
}

async function verifyRetire(_input: RetireBackupsInput, ctx: StepContext): Promise<VerifyResult> {
  const policies = await listPolicies(serviceOf(ctx).id);
  if (policies.length === 0) return { ok: true, reason: "It has no backup policy any more." };
  return { ok: false, reason: `It still has the backup policy ${policies.map((one) => one.name).join(", ")}.` };
}
