import { authorize } from "#lib/access/policy.ts";
import type { Actor, UserActor } from "#lib/access/types.ts";
import { recordAudit } from "#lib/audit/record.ts";
import type { Prisma, Tx } from "#lib/platform/db/client.ts";
import { transaction } from "#lib/platform/db/transaction.ts";
import { type AppError, conflict } from "#lib/platform/errors.ts";
import { createRun } from "#lib/runs/commands/create-run.ts";
import { FINISH_MOVE, findHalfMoved } from "#lib/runs/queries/find-half-moved.ts";
import { ringRun } from "#lib/runs/ring.ts";
import { MOVING_STATES } from "../constants.ts";
import { sayUntil } from "../format.ts";
import { findClosed, readCalendarRules } from "../queries/calendar-rules.ts";
import { compileDeploy } from "../queries/compile-deploy.ts";
import { deploymentSubject, type FoundDeployment, findDeployment, nameDeployment } from "../queries/find-deployment.ts";
import { findSwap } from "../queries/find-swap.ts";
import { getDeployment } from "../queries/get-deployment.ts";
import { isApproved, TOO_FEW } from "../queries/judge-decision.ts";
import { sealNowOf } from "../queries/seal-now.ts";
import type { DeploymentView } from "../types.ts";
import { closeDeployment, DRIFTED, explainDrift } from "./close-deployment.ts";
import { lockDeployment } from "./lock-deployment.ts";
import { tellDeployment } from "./tell-deployment.ts";

/** `waits`: it may start later, as it is. */
export type Started = { ok: true; runId: number } | { ok: false; error: AppError; waits: boolean };

const refuse = (error: AppError, waits = false): Started => ({ ok: false, error, waits });

/** Why it may not start whatever else is asked; null: it is approved and unused. */
function findUnusable({ state, runId, expiresAt }: FoundDeployment, now: Date): AppError | null {
  if (runId !== null || (MOVING_STATES as readonly string[]).includes(state))
    return conflict("deployments.used", `Its approval was used already${runId ? `, by run ${runId}` : ""}.`);
  if (state === "proposed") return conflict("deployments.not_approved", "It is not approved yet.");
  if (state !== "approved" && state !== "scheduled")
    return conflict("deployments.closed", `It is over: ${state}.`, "Propose the release again.");
  if (now >= expiresAt)
    return conflict("deployments.expired", "Its approval has expired unused.", "Propose the release again.");
  return null;
}

/** What keeps it waiting: its own time, the calendar, another one under way, a move, its data being exchanged. */
export async function findWait(tx: Tx, row: FoundDeployment, now: Date): Promise<AppError | null> {
  const { environment } = row;
  if (environment.service.state !== "live")
    return conflict("releases.not_live", `${environment.service.name} is not live.`);
  if (row.kind === "release") {
    if (row.startAt && row.startAt > now)
      return conflict("deployments.too_early", `It is planned for ${sayUntil(row.startAt)}.`);
    const closed = findClosed(await readCalendarRules(tx, environment.serviceId, environment.name), now);
    if (closed)
      return conflict(
        "deployments.frozen",
        `Nothing may start there now: ${closed.reason}${closed.until ? ` It ends ${sayUntil(new Date(closed.until))}.` : " No end is known."}`,
        "It starts by itself when that ends, unless its approval has expired by then.",
      );
  }
  const moving = await tx.deployment.findFirst({
    where: { environmentId: row.environmentId, id: { not: row.id }, state: { in: [...MOVING_STATES] } },
    include: { release: { select: { number: true } } },
  });
  if (moving)
    return conflict(
      "deployments.busy",
      `Release ${moving.release.number} is on its way to ${environment.name}: one at a time.`,
      "Wait until it is there, or cancel its run.",
    );
  const halfMoved = await findHalfMoved(tx, { serviceId: environment.serviceId, environment: environment.name });
  if (halfMoved) return conflict("deployments.moving", halfMoved, FINISH_MOVE);
  const swap = await findSwap(environment, tx);
  return swap === null ? null : conflict("deployments.swapping", swap, "Wait until its data is whole and at rest.");
}

/** What nobody looked at needs nobody to look again: it is sealed over how things are now. */
const isUnread = (row: FoundDeployment) => row.kind === "release" && row.needed === 0 && row.approvals.length === 0;

/** Whether what was approved is still what would happen. False: it is void now. */
async function holdSeal(tx: Tx, actor: Actor, row: FoundDeployment, now: Date): Promise<boolean> {
  const present = await sealNowOf(tx, row);
  if (present.seal === row.seal) return true;
  if (!isUnread(row)) {
    await closeDeployment(tx, actor, row, "void", explainDrift(row, present.targetState), now);
    return false;
  }
  await tx.deployment.update({
    where: { id: row.id },
    data: {
      ...{ seal: present.seal, targetState: present.targetState, previousId: row.environment.currentId },
      evidence: present.evidence as unknown as Prisma.InputJsonObject,
    },
  });
  return true;
}

/**
 * Uses a deployment's approval: once, and only while everything it was given for is as it was. The caller's transaction commits the
 * run; a refusal that made it void has to be committed too. Afterwards `ringRun(runId)`.
 */
export async function startDeployment(
  tx: Tx,
  actor: Actor,
  deploymentId: string,
  now: Date = new Date(),
): Promise<Started> {
  const row = await lockDeployment(tx, deploymentId);
  const unusable = findUnusable(row, now);
  if (unusable) return refuse(unusable);
  const wait = await findWait(tx, row, now);
  if (wait) return refuse(wait, true);
  if (row.kind === "release" && !isApproved(row)) {
    await closeDeployment(tx, actor, row, "void", TOO_FEW, now);
    return refuse(conflict("deployments.lapsed", TOO_FEW, "Propose the release again."));
  }
  if (!(await holdSeal(tx, actor, row, now)))
    return refuse(conflict("deployments.drifted", DRIFTED, "Look at the difference and propose it again."));
  // Whoever turns the row is the one who starts it; the lock says so already, the database says so too.
  const turned = await tx.deployment.updateMany({
    where: { id: row.id, state: { in: ["approved", "scheduled"] }, runId: null },
    data: { state: "running", startedAt: now, version: { increment: 1 } },
  });
  if (turned.count === 0) return refuse(conflict("deployments.used", "Its approval was used already."));
  const { steps, pinned } = await compileDeploy(tx, row.id);
  const { runId } = await createRun(tx, actor, {
    mode: "apply",
    checklist: pinned,
    title: `${row.kind === "rollback" ? "Go back to" : "Deploy"} ${nameDeployment(row)}`,
    ...{ serviceId: row.environment.serviceId, environment: row.environment.name },
    startKey: `deployment:${row.id}`,
    exclusiveKey: `deploy:${row.environmentId}`,
    steps,
  });
  await tx.deployment.update({ where: { id: row.id }, data: { runId } });
  await recordAudit(tx, actor, {
    action: "deployments.start",
    ...{ subjectType: "deployment", subjectId: row.id },
    detail: { kind: row.kind, release: row.release.number, environment: row.environment.name, seal: row.seal, runId },
  });
  await tellDeployment(tx, await findDeployment(row.id, tx), "started");
  return { ok: true, runId };
}

/** Starts what is approved now, instead of when the panel would by itself. */
export async function startByHand(actor: UserActor, deploymentId: string): Promise<DeploymentView> {
  const started = await transaction(async (tx) => {
    authorize(actor, "deployments.start", deploymentSubject(await findDeployment(deploymentId, tx)));
    return startDeployment(tx, actor, deploymentId);
  });
  if (!started.ok) throw started.error;
  await ringRun(started.runId);
  return getDeployment(actor, deploymentId);
}
