import { parseImage } from "#lib/integrations/docker/images.ts";
import type { DockerService } from "#lib/integrations/docker/schema.ts";
import { findService, listTasks, type ServiceSpec } from "#lib/integrations/docker/services.ts";
import { config } from "#lib/platform/config/config.ts";
import { AppError } from "#lib/platform/errors.ts";
import { defineStep } from "#lib/steps/define-step.ts";
import type { PlanResult, StepContext, VerifyResult } from "#lib/steps/types.ts";
import { assessService, isCurrent, nameTask } from "#lib/swarm/assess.ts";
import { readEndedTasks, waitUntilConverged } from "#lib/swarm/converge.ts";
import { type Ensured, ensureService } from "#lib/swarm/ensure.ts";
import { LABELS } from "#lib/swarm/names.ts";
import { redactServiceSecrets } from "#lib/swarm/steps/redact-secrets.ts";
import { assertMoving } from "../commands/end-deployment.ts";
import { type DeployJob, readDeployJob } from "../queries/read-deploy-job.ts";
import type { ObservedServices } from "../queries/read-target-state.ts";
import { type AppSpec, buildAppSpec, readPatienceMs, withoutRollback, withPatience } from "../rollout/app-spec.ts";
import { type Failure, findFailure } from "../rollout/find-failure.ts";
import { askDocker, holdStill } from "../rollout/hold-still.ts";
import { failWhenNeverHealthy, firstOf } from "../rollout/never-healthy.ts";
import { cannotGoBack, putBack } from "../rollout/put-back.ts";
import { claimStackVolumes, recordLeftVolumes, recordStackVolumes } from "../rollout/stack-volumes.ts";
import { waitUntilServes } from "../rollout/wait-until-serves.ts";
import { type DeployStepInput, deployStepInputSchema } from "../schema/steps.ts";

interface RolloutOutput {
  service: string;
  image: string;
  digest: string;
  desired: number;
  running: number;
  tasks: { name: string; id: string; image: string }[];
  /** The whole stack as it was left, so that a change by hand afterwards shows. */
  services: ObservedServices;
}

/** Written before Docker is told anything: whoever goes on after a death knows what was there, and that it was begun. */
export interface Begun {
  /** Tasks that had ended before: their failures are not this rollout's. */
  before: string[];
  /** When Swarm had last begun an update or a rollback of it. */
  updateAt: string;
  /** As Docker had it, to be put back: names of secrets are in it, none of their values. */
  spec: ServiceSpec;
  /** It failed: what ran before has to serve again. */
  failure?: Failure;
}

/** The app's tasks are replaced by those of the release: done when all of them run, or put back when they do not. */
export const releasesRollout = defineStep({
  name: "releases.rollout",
  queue: "releases",
  input: deployStepInputSchema,
  timeoutMs: 3 * 60 * 60_000,
  plan: planRollout,
  apply: applyRollout,
  verify: verifyRollout,
  undo: async () => {},
});

const imageOf = ({ next }: DeployJob): string => next.content.images.app ?? "";

async function planRollout({ deploymentId }: DeployStepInput): Promise<PlanResult> {
  const job = await readDeployJob(deploymentId);
  return { changes: [{ action: "change", kind: "service", name: job.names.appService, detail: imageOf(job) }] };
}

async function applyRollout({ deploymentId }: DeployStepInput, ctx: StepContext): Promise<RolloutOutput> {
  const job = await readDeployJob(deploymentId);
  assertMoving(job, ctx);
  await redactServiceSecrets(ctx);
  const before = ctx.checkpoint.get<Begun>();
  if (before?.failure) return putBack(job, before.failure, before.spec, ctx);
  if (!before) await holdStill(job, describeMigrated(job), ctx);
  const built = await buildAppSpec(job.names, job.next, ctx);
  const patient = withPatience(built.spec);
  const spec = cannotGoBack(job) ? withoutRollback(patient) : patient;
  const volumes = await claimStackVolumes(built, ctx);
  const begun = before ?? (await begin(job, ctx));
  try {
    const sent = await send(spec, built, begun, ctx);
    const isThere = sent === "kept" && before === undefined;
    if (!isThere || !(await servesAlready(job, ctx))) await untilConverged(job, built, begun, ctx);
  } catch (error) {
    ctx.signal.throwIfAborted();
    // Docker that does not answer says nothing about the release: tried again.
    if (!(error instanceof AppError) || !error.code.startsWith("stack.")) throw error;
    const failure = await findFailure(
      job.names.appService,
      { image: imageOf(job), before: new Set(begun.before) },
      error,
      ctx,
    );
    await recordLeftVolumes(volumes);
    await ctx.checkpoint.set({ ...begun, failure } satisfies Begun);
    return putBack(job, failure, begun.spec, ctx);
  }
  await recordStackVolumes(volumes);
  return readOutcome(job, ctx);
}

/** What of it cannot be said to be untouched any more. */
const describeMigrated = ({ migrations }: DeployJob): string | null =>
  migrations.length === 0
    ? null
    : `Its migrations (${migrations.map(({ id }) => id).join(", ")}) have run; no task was replaced.`;

async function findPresent(name: string, ctx: StepContext): Promise<DockerService> {
  const present = await findService(name, ctx.signal);
  if (present) return present;
  throw new AppError({
    code: "releases.no_service",
    message: `The swarm has no service ${name} that could be updated.`,
    advice: "Retry the step of its provisioning that makes the stack.",
  });
}

async function begin({ names }: DeployJob, ctx: StepContext): Promise<Begun> {
  const present = await findPresent(names.appService, ctx);
  const ended = await readEndedTasks(names.stackName, ctx.signal);
  const begun: Begun = {
    before: [...ended],
    updateAt: present.UpdateStatus?.StartedAt ?? "",
    spec: present.Spec as ServiceSpec,
  };
  await ctx.checkpoint.set(begun);
  return begun;
}

/** Tells Docker, unless it has been told: a second try never begins a rollout that Swarm has given up meanwhile. */
async function send(spec: ServiceSpec, { input }: AppSpec, begun: Begun, ctx: StepContext): Promise<Ensured> {
  const present = await findPresent(spec.Name, ctx);
  const status = present.UpdateStatus;
  const isPresent = present.Spec.Labels[LABELS.spec] === spec.Labels[LABELS.spec];
  if (!isPresent && /^rollback/.test(status?.State ?? "") && status?.StartedAt !== begun.updateAt)
    throw new AppError({
      code: "stack.rolled_back",
      message: `${spec.Name} was rolled back by Swarm to what ran before: ${status?.Message || "it gave no reason"}.`,
    });
  return ensureService(spec, input, ctx);
}

/** It ran just so before, and Swarm's last word about it is of another rollout: there is nothing to wait for but its tasks. */
const servesAlready = ({ names }: DeployJob, ctx: StepContext): Promise<boolean> =>
  waitUntilServes(names.appService, config().SWARM_CONVERGE_TIMEOUT_S * 1000, ctx);

async function untilConverged(job: DeployJob, built: AppSpec, begun: Begun, ctx: StepContext): Promise<void> {
  const { stackName, appService } = job.names;
  const timeoutMs = config().SWARM_CONVERGE_TIMEOUT_S * 1000;
  const services = new Map([[appService, { hasHealthCheck: built.hasHealthCheck }]]);
  const before = new Set(begun.before);
  const rollout = { stackName, services, before, timeoutMs, first: new Set<string>() };
  const watch = { name: appService, image: imageOf(job), before, patienceMs: readPatienceMs(built.input) };
  await firstOf(ctx, [(own) => waitUntilConverged(rollout, own), (own) => failWhenNeverHealthy(watch, own)]);
}

/** What Docker says runs now. */
async function readOutcome(job: DeployJob, ctx: StepContext): Promise<RolloutOutput> {
  const service = await findPresent(job.names.appService, ctx);
  const tasks = await listTasks({ service: [service.ID] }, ctx.signal);
  const { desired, running } = assessService(service, tasks, new Set());
  const image = service.Spec.TaskTemplate.ContainerSpec?.Image ?? "";
  ctx.log.info(`${service.Spec.Name} runs ${image}`);
  return {
    services: await askDocker(job, ctx),
    ...{ service: service.Spec.Name, image, digest: parseImage(image).digest ?? "", desired, running },
    tasks: tasks
      .filter((task) => task.Status.State === "running" && isCurrent(task, service))
      .map((task) => ({
        name: nameTask(service, task),
        id: task.ID,
        image: task.Spec.ContainerSpec?.Image ?? "",
      })),
  };
}

async function verifyRollout({ deploymentId }: DeployStepInput, ctx: StepContext): Promise<VerifyResult> {
  const job = await readDeployJob(deploymentId);
  const output = await readOutcome(job, ctx);
  if (output.image !== imageOf(job))
    return { ok: false, reason: `${output.service} runs ${output.image}, not ${imageOf(job)}.` };
  return output.running === output.desired
    ? { ok: true, reason: `${output.service}: ${output.running} of ${output.desired} tasks run ${output.image}.` }
    : { ok: false, reason: `${output.service} has ${output.running} of ${output.desired} tasks running.` };
}
