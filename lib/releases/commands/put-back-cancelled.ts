import type { Tx } from "#lib/platform/db/client.ts";
import { type FoundDeployment, findDeployment } from "../queries/find-deployment.ts";
import { readFeasibility } from "../queries/read-feasibility.ts";
import { type DeploymentEnd, endDeployment } from "./end-deployment.ts";
import { insertRollback } from "./insert-rollback.ts";
import { findWait, startDeployment } from "./start-deployment.ts";
import { RELEASES } from "./tell-deployment.ts";

const HALF_WAY =
  "Some of its tasks may be of this release and some of the one before: look at them, then roll back or deploy again.";

interface WayBack {
  /** What was held for running when it began. */
  earlier: FoundDeployment;
  /** Why the panel does not go back there by itself; null: it does. */
  obstacle: string | null;
}

/** Where a cancelled rollout would go back to; null: the panel knows of nothing that ran before. */
async function findWayBack(tx: Tx, row: FoundDeployment, now: Date): Promise<WayBack | null> {
  const { currentId } = row.environment;
  if (currentId === null) return null;
  const earlier = await findDeployment(currentId, tx);
  return { earlier, obstacle: await findObstacle(tx, row, earlier, now) };
}

async function findObstacle(tx: Tx, row: FoundDeployment, earlier: FoundDeployment, now: Date): Promise<string | null> {
  // Whoever stops the way back itself does not want to be taken there.
  if (row.kind === "rollback" && row.releaseId === earlier.releaseId)
    return "It was on the way back to what ran before, and nothing else is put there by itself.";
  const wait = await findWait(tx, { ...row, kind: "rollback" }, now);
  if (wait) return wait.message;
  const { ok, checks } = await readFeasibility(tx, earlier.id, now);
  if (ok) return null;
  return checks
    .filter((one) => one.ok === false)
    .map(({ words }) => words)
    .join(" ");
}

async function readWho(tx: Tx, runId: number): Promise<{ id: string | null; name: string }> {
  const run = await tx.run.findUniqueOrThrow({ where: { id: runId }, select: { cancelledById: true } });
  const user = run.cancelledById
    ? await tx.user.findUnique({ where: { id: run.cancelledById }, select: { id: true, displayName: true } })
    : null;
  return { id: user?.id ?? null, name: user?.displayName ?? "Somebody" };
}

/**
 * Ends a deployment whose run was cancelled after its rollout had begun, and begins the way back to what ran before: a deployment of
 * its own, with its own run, for the cancelled one does nothing more. Where there is no way back it says why, and what may stand there.
 */
export async function putBackCancelled(
  tx: Tx,
  deployment: { id: string; runId: number; environmentId: string },
  now: Date = new Date(),
): Promise<void> {
  const row = await findDeployment(deployment.id, tx);
  const who = await readWho(tx, deployment.runId);
  const cancelled = `${who.name} cancelled its run when its rollout had begun.`;
  const way = await findWayBack(tx, row, now);
  const fails = (why: string): DeploymentEnd => ({
    state: "failed",
    outcome: `${cancelled} It was NOT put back. ${why} ${HALF_WAY}`,
  });
  if (!way || way.obstacle !== null) {
    await endDeployment(tx, deployment, fails(way?.obstacle ?? "The panel knows of nothing that ran before."));
    return;
  }
  const { number } = way.earlier.release;
  const outcome = `${cancelled} Release ${number} is put back, by a deployment of its own.`;
  if (!(await endDeployment(tx, deployment, { state: "failed", outcome }))) return;
  const reason = `${who.name} cancelled the run of release ${row.release.number} when its rollout had begun.`;
  const id = await insertRollback(tx, RELEASES, way.earlier, { reason, requestedById: who.id }, now);
  const started = await startDeployment(tx, RELEASES, id);
  if (started.ok) return;
  // Nothing may start later, unasked, what somebody has looked at meanwhile.
  await tx.deployment.update({
    where: { id },
    data: { state: "cancelled", outcome: started.error.message, finishedAt: now, version: { increment: 1 } },
  });
  await tx.deployment.update({ where: { id: row.id }, data: { outcome: fails(started.error.message).outcome } });
}
