import { authorize } from "#lib/access/policy.ts";
import type { Actor } from "#lib/access/types.ts";
import { db } from "#lib/platform/db/client.ts";
import type { DeploymentKind } from "../constants.ts";
import type { DeliveryView } from "../schema/delivery.ts";
import { findEnvironment } from "./find-environment.ts";
import { type EndedDeployment, measureDelivery } from "./measure-delivery.ts";

const DAY_MS = 86_400_000;
const ENDED = ["done", "failed", "rolled_back"] as const;

/** Lead time, failure rate and time to restore of one environment, over the last so many days. */
export async function getDelivery(
  actor: Actor,
  serviceName: string,
  { environment: name, days }: { environment: string; days: number },
  now: Date = new Date(),
): Promise<DeliveryView> {
  authorize(actor, "deployments.read");
  const environment = await findEnvironment(serviceName, name);
  const from = new Date(now.getTime() - days * DAY_MS);
  const rows = await db().deployment.findMany({
    where: { environmentId: environment.id, state: { in: [...ENDED] }, finishedAt: { gte: from } },
    orderBy: { finishedAt: "asc" },
    select: {
      ...{ id: true, kind: true, state: true, createdAt: true, startedAt: true, finishedAt: true, previousId: true },
      release: { select: { createdAt: true } },
    },
  });
  const ended = rows.flatMap((row): EndedDeployment[] =>
    row.finishedAt
      ? [
          {
            ...{ id: row.id, kind: row.kind as DeploymentKind, previousId: row.previousId },
            state: row.state as EndedDeployment["state"],
            releaseMadeAt: row.release.createdAt,
            startedAt: row.startedAt ?? row.createdAt,
            finishedAt: row.finishedAt,
          },
        ]
      : [],
  );
  return { serviceName, environment: environment.name, days, ...measureDelivery(ended, { from, until: now }) };
}
