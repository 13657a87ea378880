import { isInRegistry } from "#lib/integrations/docker/images.ts";
import { canonicalJson } from "#lib/platform/crypto.ts";
import { db } from "#lib/platform/db/client.ts";
import { AppError } from "#lib/platform/errors.ts";
import { findRegistryAuth } from "#lib/registries/queries/find-registry-auth.ts";
import { defineStep } from "#lib/steps/define-step.ts";
import type { PlanResult, StepContext } from "#lib/steps/types.ts";
import { countVoters } from "../approval/judge-approval.ts";
import { sealOf } from "../approval/seal.ts";
import { assertMoving, endInStep } from "../commands/end-deployment.ts";
import { describeDrift } from "../compare/describe-drift.ts";
import { findHindrances } from "../queries/find-hindrances.ts";
import { toProposal } from "../queries/judge-decision.ts";
import { listMissingSecrets } from "../queries/list-missing-secrets.ts";
import { type DeployJob, findDatabasePolicy, readDeployJob } from "../queries/read-deploy-job.ts";
import { type ObservedServices, readTargetState } from "../queries/read-target-state.ts";
import { sealNowOf } from "../queries/seal-now.ts";
import { askDocker, isApproved } from "../rollout/hold-still.ts";
import { targetStateSchema } from "../schema/deployment-views.ts";
import { reviewAnswersSchema } from "../schema/release.ts";
import { type DeployStepInput, deployStepInputSchema } from "../schema/steps.ts";

interface CheckOutput {
  seal: string;
  /** As Docker itself said, right before anything was touched. */
  services: ObservedServices;
}

/** Right before anything is touched: is this still exactly what was approved, and is the target still what it was then? */
export const releasesCheck = defineStep({
  name: "releases.check",
  queue: "releases",
  input: deployStepInputSchema,
  plan: planCheck,
  apply: applyCheck,
  verify: async () => ({ ok: true, reason: "It was checked when it was deployed." }),
  undo: async () => {},
});

async function planCheck({ deploymentId }: DeployStepInput): Promise<PlanResult> {
  const { names } = await readDeployJob(deploymentId);
  return { changes: [{ action: "check", kind: "stack", name: names.stackName }] };
}

async function applyCheck({ deploymentId }: DeployStepInput, ctx: StepContext): Promise<CheckOutput> {
  const job = await readDeployJob(deploymentId);
  assertMoving(job, ctx);
  const services = await askDocker(job, ctx);
  for (const { name, image } of services) ctx.log.info(`${name} runs ${image}`);
  const reasons = [
    ...findBrokenSeal(job),
    ...findMissingApprovals(job),
    ...(await findHindrances(job)),
    ...(await findDrift(job, services, ctx)),
    ...(await findMissingSecrets(job)),
    ...(await findMissingBackup(job, ctx)),
  ];
  if (reasons.length > 0) await voidIt(job, reasons, ctx);
  await assertImages(job, ctx);
  ctx.log.info(`It is still what was approved: seal ${job.row.seal}`);
  return { seal: job.row.seal, services };
}

/** The row itself: nothing in it was changed after it was sealed. */
function findBrokenSeal({ row, next, evidence }: DeployJob): string[] {
  const seal = sealOf({
    environment: row.environment.name,
    content: next.content,
    answers: reviewAnswersSchema.parse(row.answers),
    evidence,
    targetState: targetStateSchema.parse(row.targetState),
    startAt: row.startAt?.toISOString() ?? null,
    revision: row.revision,
  });
  return seal === row.seal ? [] : ["What would run is not what was sealed: the deployment's row was changed."];
}

function findMissingApprovals({ row, kind }: DeployJob): string[] {
  if (kind !== "release" || row.needed === 0) return [];
  const count = countVoters(toProposal(row, row.seal)).size;
  return count >= row.needed ? [] : [`It takes ${row.needed} to approve exactly this: ${count} did who may still.`];
}

async function findDrift(job: DeployJob, services: ObservedServices, ctx: StepContext): Promise<string[]> {
  const { row, next } = job;
  const now = await readTargetState(db(), row.environment, next.content, services);
  const before = targetStateSchema.parse(row.targetState);
  const drift = canonicalJson(before) === canonicalJson(now) ? [] : describeDrift(before, now);
  if (!isApproved(job)) {
    for (const words of drift) ctx.log.warn(words);
    return [];
  }
  if (drift.length > 0) return drift;
  const { seal } = await sealNowOf(db(), row, services);
  if (seal === row.seal) return [];
  return ["What it changes there is not what was approved: the release or its target has changed."];
}

/** Found out now, and not by the rollout when the database has been migrated already. */
async function findMissingSecrets({ row, next }: DeployJob): Promise<string[]> {
  const missing = await listMissingSecrets(db(), row.environment, next.content);
  return missing.length === 0 ? [] : [`Secrets that it is to be given are gone: ${missing.join(", ")}.`];
}

/** What cannot be brought back is not migrated; only whoever breaks the glass may. */
async function findMissingBackup({ row, kind, migrations }: DeployJob, ctx: StepContext): Promise<string[]> {
  if (migrations.length === 0) return [];
  const place = { serviceId: row.environment.serviceId, environment: row.environment.name };
  if ((await findDatabasePolicy(db(), place)) !== null) return [];
  const words = "It migrates the database, which no backup policy backs up.";
  if (kind === "release") return [`${words} Make one first.`];
  ctx.log.warn(`${words} It goes on without: ${kind}.`);
  return [];
}

async function voidIt(job: DeployJob, reasons: readonly string[], ctx: StepContext): Promise<never> {
  const outcome = `Nothing was touched. ${reasons.join(" ")}`;
  await endInStep(job, { state: "void", outcome }, ctx);
  throw new AppError({
    code: "releases.void",
    message: `${job.label[0]?.toUpperCase()}${job.label.slice(1)} is not what was approved any more. ${outcome}`,
    advice: "Propose it again: the comparison is then made with what is there now.",
  });
}

/** A node that does not have it could not get it. For a rollback the nodes may well have it still. */
async function assertImages(job: DeployJob, ctx: StepContext): Promise<void> {
  const image = job.next.content.images.app ?? "";
  if (await isInRegistry(image, ctx.signal, await findRegistryAuth(image, ctx))) return;
  const words = `The registry no longer has ${image}.`;
  if (job.kind === "rollback") return ctx.log.warn(`${words} Nodes that still have it can run it.`);
  await endInStep(job, { state: "failed", outcome: `Nothing was touched. ${words}` }, ctx);
  throw new AppError({
    code: "releases.image_gone",
    message: words,
    advice: "Push it again, or make another release.",
  });
}
