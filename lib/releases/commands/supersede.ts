import type { Actor } from "#lib/access/types.ts";
import { recordAudit } from "#lib/audit/record.ts";
import type { Tx } from "#lib/platform/db/client.ts";
import { OPEN_STATES } from "../constants.ts";
import { type FoundDeployment, findDeployment } from "../queries/find-deployment.ts";
import { tellDeployment } from "./tell-deployment.ts";

/**
 * What a newer approved release overtakes: everything that still waits there of it or of older ones. Called with the environment
 * locked.
 */
export async function supersedeOlder(tx: Tx, actor: Actor, by: FoundDeployment, now: Date): Promise<void> {
  const older = await tx.deployment.findMany({
    where: {
      ...{ environmentId: by.environmentId, id: { not: by.id }, state: { in: [...OPEN_STATES] } },
      release: { number: { lte: by.release.number } },
    },
    select: { id: true },
    orderBy: { id: "asc" },
  });
  for (const { id } of older) {
    await tx.deployment.update({
      where: { id },
      data: {
        ...{ state: "superseded", supersededById: by.id, finishedAt: now, version: { increment: 1 } },
        outcome: `Release ${by.release.number} was approved for ${by.environment.name} before it started.`,
      },
    });
    await recordAudit(tx, actor, {
      action: "deployments.supersede",
      ...{ subjectType: "deployment", subjectId: id },
      detail: { by: by.id, release: by.release.number },
    });
    await tellDeployment(tx, await findDeployment(id, tx), "superseded");
  }
}
