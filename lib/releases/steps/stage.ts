import type { Tx } from "#lib/platform/db/client.ts";
import { AppError } from "#lib/platform/errors.ts";
import { defineStep } from "#lib/steps/define-step.ts";
import type { StepContext } from "#lib/steps/types.ts";
import { insertDeployment } from "../commands/insert-deployment.ts";
import { unusedUntil } from "../commands/propose.ts";
import { supersedeOlder } from "../commands/supersede.ts";
import { RELEASES, tellDeployment } from "../commands/tell-deployment.ts";
import { MOVING_STATES, OPEN_STATES, PENDING_HOURS } from "../constants.ts";
import { findDeployment } from "../queries/find-deployment.ts";
import { type Prepared, prepareProposal, weighAnswers } from "../queries/prepare-proposal.ts";
import { type StageInput, stageInputSchema } from "../schema/steps.ts";

interface StageOutput {
  /** Null: there is nowhere to bring it any more. */
  deploymentId: string | null;
}

/**
 * Hands a release to the environment that every release comes to. Where no approval rule names it, it is approved from the start
 * and what starts approved deployments starts it; older ones that still wait there have been overtaken.
 */
export const releasesStage = defineStep({
  name: "releases.stage",
  queue: "releases",
  input: stageInputSchema,
  maxAttempts: 6,
  plan: async ({ environment }: StageInput) => ({
    changes: [{ action: "create" as const, kind: "deployment", name: environment }],
  }),
  apply: applyStage,
  verify: async () => ({ ok: true, reason: "Whether it runs there is the deployment's own to prove." }),
  undo: async () => {},
});

async function applyStage(input: StageInput, ctx: StepContext): Promise<StageOutput> {
  const made = await ctx.write((tx) => stageRelease(tx, input, ctx.run.requestedById));
  if (made.deploymentId === null) ctx.log.warn(`${made.because} It stays for whoever wants to deploy it.`);
  else if (made.needed > 0) ctx.log.info(`Proposed for ${input.environment}: ${made.needed} have to approve it`);
  else ctx.log.info(`Handed to ${input.environment}`);
  return { deploymentId: made.deploymentId };
}

type Staged = { deploymentId: string; needed: number } | { deploymentId: null; because: string };

async function stageRelease(
  tx: Tx,
  { releaseId, environment: name }: StageInput,
  requestedById: string | null,
): Promise<Staged> {
  const release = await tx.release.findUnique({ where: { id: releaseId } });
  if (release?.state !== "ready")
    throw new AppError({ code: "releases.not_ready", message: "The release is not resolved.", status: 409 });
  await tx.$queryRaw`SELECT id FROM Environment WHERE serviceId = ${release.serviceId} AND name = ${name} FOR UPDATE`;
  const environment = await tx.environment.findUnique({
    where: { serviceId_name: { serviceId: release.serviceId, name } },
    include: { service: { select: { name: true, state: true } } },
  });
  if (!environment?.currentId) return { deploymentId: null, because: `The environment ${name} is not there.` };
  // Done before this attempt died.
  const present = await tx.deployment.findFirst({ where: { releaseId, environmentId: environment.id } });
  if (present) return { deploymentId: present.id, needed: present.needed };
  const newer = await findNewer(tx, environment, release.number);
  if (newer) return { deploymentId: null, because: `Release ${newer} is in ${name} or on its way there, and newer.` };
  if (environment.service.state !== "live")
    return { deploymentId: null, because: `${environment.service.name} is not live.` };
  return handOver(tx, await prepareProposal(tx, releaseId, name), release.byId ?? requestedById);
}

/** The newest release that runs there, is on its way or waits for it, if it is newer than this one: then this one was overtaken. */
async function findNewer(
  tx: Tx,
  { id, currentId }: { id: string; currentId: string | null },
  number: number,
): Promise<number | null> {
  const newer = await tx.deployment.findFirst({
    where: {
      environmentId: id,
      release: { number: { gt: number } },
      OR: [{ id: currentId ?? "" }, { state: { in: [...OPEN_STATES, ...MOVING_STATES] } }],
    },
    select: { release: { select: { number: true } } },
    orderBy: { release: { number: "desc" } },
  });
  return newer?.release.number ?? null;
}

/** Where rules name it, it waits for as many people as they ask for; elsewhere it is approved from the start. */
async function handOver(tx: Tx, prepared: Prepared, requestedById: string | null): Promise<Staged> {
  const { release, environment, content, configVersion, prefilled: answers, evidence, targetState } = prepared;
  const { needed } = await weighAnswers(tx, prepared, answers);
  const now = new Date();
  const { id } = await insertDeployment(tx, {
    ...{ releaseId: release.id, environment, kind: "release", content, configVersion, answers, evidence, targetState },
    ...{ needed, requestedById, editorIds: prepared.makerIds.filter((maker) => maker !== requestedById) },
    ...(needed > 0
      ? { state: "proposed", expiresAt: new Date(now.getTime() + PENDING_HOURS * 3_600_000) }
      : { state: "approved", expiresAt: unusedUntil(null, now), more: { approvedAt: now } }),
  });
  const row = await findDeployment(id, tx);
  if (needed > 0) await tellDeployment(tx, row, "proposed");
  else await supersedeOlder(tx, RELEASES, row, now);
  return { deploymentId: id, needed };
}
