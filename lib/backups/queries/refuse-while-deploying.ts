import { db, type Tx } from "#lib/platform/db/client.ts";
import { AppError } from "#lib/platform/errors.ts";
import { FINISH_MOVE, findHalfMoved } from "#lib/runs/queries/find-half-moved.ts";

/** On its way to another host, or left half-way: what is exchanged here would be left behind. */
async function refuseWhileMoving(place: { serviceId: string; environment: string }, tx: Tx): Promise<void> {
  const halfMoved = await findHalfMoved(tx, place);
  if (!halfMoved) return;
  throw new AppError({
    code: "backups.moving",
    message: halfMoved,
    advice: FINISH_MOVE,
    retry: "permanent",
    status: 409,
  });
}

/** Refuses to exchange data under a release that is on its way: it would migrate, or come to run on, another one than was looked at. */
export async function refuseWhileDeploying(
  { serviceId, environment }: { serviceId: string; environment: string },
  tx: Tx = db(),
): Promise<void> {
  const moving = await tx.deployment.findFirst({
    where: { environment: { serviceId, name: environment }, state: { in: ["running", "soaking"] } },
    select: { runId: true, release: { select: { number: true } } },
  });
  if (!moving) return refuseWhileMoving({ serviceId, environment }, tx);
  throw new AppError({
    code: "backups.deploying",
    message: `Release ${moving.release.number} is on its way to ${environment}.`,
    advice: `Wait until it is there, or cancel run ${moving.runId ?? ""}; then do this again.`,
    retry: "permanent",
    status: 409,
  });
}
