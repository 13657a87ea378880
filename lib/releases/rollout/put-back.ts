import type { ServiceSpec } from "#lib/integrations/docker/services.ts";
import { config } from "#lib/platform/config/config.ts";
import { AppError } from "#lib/platform/errors.ts";
import type { StepContext } from "#lib/steps/types.ts";
import { ensureService } from "#lib/swarm/ensure.ts";
import { endInStep } from "../commands/end-deployment.ts";
import type { DeployJob } from "../queries/read-deploy-job.ts";
import { withoutCertificates } from "./app-spec.ts";
import type { Failure } from "./find-failure.ts";
import { waitUntilServes } from "./wait-until-serves.ts";

/** A migration of this very deployment ran, after which the release before cannot simply be started again. */
export const cannotGoBack = ({ migrations, evidence }: DeployJob): boolean =>
  migrations.length > 0 && evidence.irreversible;

/**
 * Puts back what ran before, to the byte, waits until it serves, and ends the deployment. Never returns: a failed release is a
 * failed run.
 */
export async function putBack(
  job: DeployJob,
  failure: Failure,
  before: ServiceSpec | undefined,
  ctx: StepContext,
): Promise<never> {
  ctx.log.error(failure.message);
  if (failure.detail) ctx.log.output("stderr", `${failure.detail}\n`);
  if (cannotGoBack(job)) return leaveAsItIs(job, failure, ctx);
  const { names, previous } = job;
  if (!previous || !before) return leaveNothing(job, failure, ctx);
  const image = imageOf(before);
  const what = nameBefore(previous, image);
  ctx.log.info(`Putting back what ran before: ${image}`);
  ctx.progress("putting back what ran before");
  const { stackName, serviceName, environment } = names;
  await ensureService(withoutCertificates(before), { stackName, serviceName, environment }, ctx);
  if (!(await waitUntilServes(names.appService, config().SWARM_CONVERGE_TIMEOUT_S * 1000, ctx))) {
    const outcome = `${failure.message} ${what} was put back and does not run either (${image}): look at the stack now.`;
    await endInStep(job, { state: "failed", outcome }, ctx);
    throw failed("releases.rollback_failed", outcome, failure);
  }
  const outcome = `${failure.message} ${what} was put back and serves: ${image}.`;
  ctx.log.info(`${what} serves again: ${image}`);
  await endInStep(job, { state: "rolled_back", outcome }, ctx);
  throw failed("releases.rolled_back", outcome, failure);
}

const imageOf = ({ TaskTemplate }: ServiceSpec): string =>
  TaskTemplate && "ContainerSpec" in TaskTemplate
    ? ((TaskTemplate.ContainerSpec as { Image?: string } | undefined)?.Image ?? "")
    : "";

/** What ran there is what Docker had, whatever the panel holds for running: one that failed before may have been left serving. */
const nameBefore = ({ releaseNumber, content }: NonNullable<DeployJob["previous"]>, image: string): string =>
  content.images.app === image ? `Release ${releaseNumber}` : `What ran before, which is not release ${releaseNumber},`;

async function leaveAsItIs(job: DeployJob, failure: Failure, ctx: StepContext): Promise<never> {
  const names = job.migrations.map(({ id }) => id).join(", ");
  const outcome = `${failure.message} It was NOT rolled back: its migrations (${names}) cannot be taken back, and the release before would run on a database it does not know.`;
  await endInStep(job, { state: "failed", outcome }, ctx);
  throw failed(
    "releases.not_rolled_back",
    outcome,
    failure,
    "Mend it with another release, or restore the backup that was taken before the migrations and roll back then.",
  );
}

async function leaveNothing(job: DeployJob, failure: Failure, ctx: StepContext): Promise<never> {
  const outcome = `${failure.message} The panel knows of nothing that ran before, so nothing was put back.`;
  await endInStep(job, { state: "failed", outcome }, ctx);
  throw failed("releases.not_rolled_back", outcome, failure);
}

const failed = (code: string, message: string, { detail }: Failure, advice?: string) =>
  new AppError({
    code,
    message,
    advice: advice ?? "Mend the cause and make another release; this one is not tried again.",
    ...(detail ? { detail } : {}),
  });
