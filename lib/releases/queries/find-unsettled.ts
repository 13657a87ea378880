import { Prisma, type Tx } from "#lib/platform/db/client.ts";
import { releaseContentSchema } from "../schema/content.ts";
import { namesIn } from "./find-environment.ts";

/** It is not certain that what the panel holds for running does run. */
export interface Unsettled {
  /** Deployments that came as far as their tasks since, and ended without being done or put back. */
  deploymentIds: string[];
}

interface Place {
  id: string;
  name: string;
  currentId: string | null;
  service: { name: string };
}

/**
 * Whether something else than an environment's current deployment may serve there: a later one failed or was stopped after its
 * rollout had begun, or the swarm was last seen with another image. Null: what is current is what serves.
 */
export async function findUnsettled(tx: Tx, environment: Place): Promise<Unsettled | null> {
  if (!environment.currentId) return null;
  const current = await tx.deployment.findUniqueOrThrow({
    where: { id: environment.currentId },
    select: { content: true, createdAt: true, finishedAt: true },
  });
  const since = current.finishedAt ?? current.createdAt;
  const ended = await tx.deployment.findMany({
    where: {
      ...{ environmentId: environment.id, id: { not: environment.currentId }, runId: { not: null } },
      ...{ state: { in: ["failed", "cancelled"] }, startedAt: { gte: since } },
    },
    select: { id: true, runId: true },
  });
  const begun = await tx.step.findMany({
    where: {
      runId: { in: ended.flatMap(({ runId }) => runId ?? []) },
      // Written right before Docker is told anything.
      ...{ name: "releases.rollout", checkpoint: { not: Prisma.DbNull } },
    },
    select: { runId: true },
  });
  const runs = new Set(begun.map(({ runId }) => runId));
  const deploymentIds = ended.filter(({ runId }) => runId !== null && runs.has(runId)).map(({ id }) => id);
  if (deploymentIds.length > 0) return { deploymentIds };
  const { appService } = namesIn(environment.service.name, environment.name);
  const seen = await tx.swarmService.findUnique({
    where: { name: appService },
    select: { image: true, observedAt: true },
  });
  // What was seen before it came there says nothing.
  if (!seen || seen.observedAt <= since) return null;
  return seen.image === releaseContentSchema.parse(current.content).images.app ? null : { deploymentIds: [] };
}
