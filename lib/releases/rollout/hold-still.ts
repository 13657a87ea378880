import { listServices } from "#lib/integrations/docker/services.ts";
import { canonicalJson } from "#lib/platform/crypto.ts";
import { AppError } from "#lib/platform/errors.ts";
import type { StepContext } from "#lib/steps/types.ts";
import { fingerprintPresent } from "#lib/swarm/compare-spec.ts";
import { STACK_LABEL } from "#lib/swarm/names.ts";
import { endInStep } from "../commands/end-deployment.ts";
import { describeDrift } from "../compare/describe-drift.ts";
import { findHindrances } from "../queries/find-hindrances.ts";
import type { DeployJob } from "../queries/read-deploy-job.ts";
import type { ObservedServices } from "../queries/read-target-state.ts";
import { targetStateSchema } from "../schema/deployment-views.ts";

/** Key of the step that looks whether it is still what was approved. */
const CHECK = "check";
const byName = (one: { name: string }, other: { name: string }) => (one.name < other.name ? -1 : 1);

/** What Docker itself says of a deployment's stack. */
export async function askDocker({ names }: DeployJob, ctx: StepContext): Promise<ObservedServices> {
  const services = await listServices([`${STACK_LABEL}=${names.stackName}`], ctx.signal);
  return services
    .map((service) => ({
      name: service.Spec.Name,
      image: service.Spec.TaskTemplate.ContainerSpec?.Image ?? "",
      specLabel: fingerprintPresent(service),
    }))
    .sort(byName);
}

/** What nobody had to approve betrays nobody, and breaking the glass or going back must not wait for a second look. */
export const isApproved = ({ kind, row }: DeployJob): boolean => kind === "release" && row.needed > 0;

async function findChange(job: DeployJob, ctx: StepContext): Promise<string[]> {
  const checked = ctx.output(CHECK) as { services: ObservedServices } | null | undefined;
  if (!checked) {
    if (!isApproved(job)) return [];
    throw new AppError({
      code: "releases.unchecked",
      message: "This run has not looked at its target, so it changes nothing.",
    });
  }
  const now = await askDocker(job, ctx);
  const before = [...checked.services].sort(byName);
  if (canonicalJson(before) === canonicalJson(now)) return [];
  const target = targetStateSchema.parse(job.row.targetState);
  const words = describeDrift({ ...target, services: before }, { ...target, services: now });
  if (isApproved(job)) return words;
  for (const one of words) ctx.log.warn(one);
  return [];
}

/**
 * Right before a step acts: is everything as it was when the run looked first? Between the two a backup is taken and proven, and
 * a person may have been waited for. `done` says what of it has been done; null: nothing. What is not as it was ends it.
 */
export async function holdStill(job: DeployJob, done: string | null, ctx: StepContext): Promise<void> {
  const reasons = [...(await findChange(job, ctx)), ...(await findHindrances(job))];
  if (reasons.length === 0) return;
  const outcome = `${done ?? "Nothing was touched."} Since the run began: ${reasons.join(" ")}`;
  if (done) ctx.log.error(outcome);
  await endInStep(job, { state: done ? "failed" : "void", outcome }, ctx);
  throw new AppError({
    code: "releases.void",
    message: `${job.label[0]?.toUpperCase()}${job.label.slice(1)} cannot go on. ${outcome}`,
    advice: done
      ? "What runs there now is the release before, on a database that has been migrated: look at it, then propose this one again or mend it with another."
      : "Propose it again: the comparison is then made with what is there now.",
  });
}
