import { authorize } from "#lib/access/policy.ts";
import type { UserActor } from "#lib/access/types.ts";
import { recordAudit } from "#lib/audit/record.ts";
import type { Tx } from "#lib/platform/db/client.ts";
import { transaction } from "#lib/platform/db/transaction.ts";
import { conflict, invalid } from "#lib/platform/errors.ts";
import { AHEAD_DAYS, OPEN_STATES, PENDING_HOURS, UNUSED_HOURS } from "../constants.ts";
import { findDeployment } from "../queries/find-deployment.ts";
import { getDeployment } from "../queries/get-deployment.ts";
import { assertNotBlocked, type Prepared, prepareProposal, weighAnswers } from "../queries/prepare-proposal.ts";
import type { ProposalInput, ReviewAnswers } from "../schema/release.ts";
import type { DeploymentView } from "../types.ts";
import { insertDeployment } from "./insert-deployment.ts";
import { supersedeOlder } from "./supersede.ts";
import { tellDeployment } from "./tell-deployment.ts";

const HOUR_MS = 3_600_000;

/** A start that is planned lies ahead, and not so far that nobody remembers. */
export function readStart(startAt: string | null, now: Date): Date | null {
  if (startAt === null) return null;
  const at = new Date(startAt);
  if (at <= now) throw invalid({ startAt: "It lies in the past." });
  if (at.getTime() > now.getTime() + AHEAD_DAYS * 24 * HOUR_MS)
    throw invalid({ startAt: `Plan it within ${AHEAD_DAYS} days.` });
  return at;
}

/** Until when something approved has to have started: a day from its time on. */
export const unusedUntil = (startAt: Date | null, now: Date): Date =>
  new Date(Math.max(now.getTime(), startAt?.getTime() ?? 0) + UNUSED_HOURS * HOUR_MS);

/** What was read has to be what is proposed. */
export function assertSame(prepared: Prepared, seal: string): void {
  if (prepared.seal === seal) return;
  throw conflict(
    "deployments.changed_meanwhile",
    "The release, its settings or what runs there has changed since this was compared.",
    "Look at the difference again, then propose it.",
  );
}

async function assertNotProposed(tx: Tx, { release, environment }: Prepared): Promise<void> {
  const open = await tx.deployment.count({
    where: { releaseId: release.id, environmentId: environment.id, state: { in: [...OPEN_STATES] } },
  });
  if (open > 0)
    throw conflict(
      "deployments.open",
      `Release ${release.number} waits for ${environment.name} already.`,
      "Edit that proposal, or cancel it.",
    );
}

/** Freezes what was prepared as a proposal; with nobody to ask it is approved at once. Called with the environment locked. */
export async function insertProposal(
  tx: Tx,
  actor: UserActor,
  prepared: Prepared,
  proposed: { answers: ReviewAnswers; startAt: Date | null; editorIds?: readonly string[]; now: Date },
): Promise<string> {
  const { release, environment, content, configVersion, evidence, targetState } = prepared;
  const { answers, startAt, now } = proposed;
  await assertNotProposed(tx, prepared);
  const weighed = await weighAnswers(tx, prepared, answers);
  assertNotBlocked(weighed);
  const { needed } = weighed;
  const free = needed === 0;
  const editorIds = [...new Set([...prepared.makerIds, ...(proposed.editorIds ?? [])])].filter((id) => id !== actor.id);
  const { id, seal } = await insertDeployment(tx, {
    ...{ releaseId: release.id, environment, kind: "release", content, configVersion, answers, evidence, targetState },
    ...{ needed, requestedById: actor.id, editorIds },
    state: free ? (startAt ? "scheduled" : "approved") : "proposed",
    expiresAt: free ? unusedUntil(startAt, now) : new Date(now.getTime() + PENDING_HOURS * HOUR_MS),
    more: { startAt, ...(free ? { approvedAt: now } : {}) },
  });
  await recordAudit(tx, actor, {
    action: "deployments.propose",
    ...{ subjectType: "deployment", subjectId: id },
    detail: {
      ...{ service: environment.service.name, environment: environment.name, release: release.number, seal, needed },
      ...{ answers, contradictions: weighed.contradictions.map(({ question }) => question) },
      startAt: startAt?.toISOString() ?? null,
    },
  });
  const row = await findDeployment(id, tx);
  if (free) await supersedeOlder(tx, actor, row, now);
  else await tellDeployment(tx, row, "proposed");
  return id;
}

/** Locks where it would go, so that what is read stays as it is. */
export async function lockTarget(tx: Tx, releaseId: string, environment: string): Promise<void> {
  await tx.$queryRaw`
    SELECT e.id FROM Environment e JOIN \`Release\` r ON r.serviceId = e.serviceId
    WHERE r.id = ${releaseId} AND e.name = ${environment} FOR UPDATE`;
}

/** Asks for a release to come to an environment. What was read is what is proposed, or it is refused. */
export async function proposeDeployment(
  actor: UserActor,
  input: ProposalInput,
  now: Date = new Date(),
): Promise<DeploymentView> {
  authorize(actor, "deployments.propose");
  const startAt = readStart(input.startAt, now);
  const id = await transaction(async (tx) => {
    await lockTarget(tx, input.releaseId, input.environment);
    const prepared = await prepareProposal(tx, input.releaseId, input.environment);
    assertSame(prepared, input.seal);
    return insertProposal(tx, actor, prepared, { answers: input.answers, startAt, now });
  });
  return getDeployment(actor, id);
}
