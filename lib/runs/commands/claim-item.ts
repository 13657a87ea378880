import { authorize } from "#lib/access/policy.ts";
import type { UserActor } from "#lib/access/types.ts";
import { recordAudit } from "#lib/audit/record.ts";
import { transaction } from "#lib/platform/db/transaction.ts";
import { AppError, conflict } from "#lib/platform/errors.ts";
import { assertMayConfirm } from "../may-confirm.ts";
import { wakeWatchers } from "../wake.ts";
import { lockOpenItem } from "./lock-item.ts";
import { touchRun } from "./touch-run.ts";

/** Takes an item, so that two do not do one thing. What another has taken is taken over only on purpose. */
export async function claimItem(
  actor: UserActor,
  stepId: number,
  { takeOver }: { takeOver: boolean },
): Promise<{ runId: number }> {
  authorize(actor, "items.edit");
  const runId = await transaction(async (tx) => {
    const { run, step } = await lockOpenItem(tx, stepId);
    assertMayConfirm(actor, step);
    if (step.claimedById === actor.id) return run.id;
    if (step.claimedById && !takeOver) {
      const holder = await tx.user.findUnique({ where: { id: step.claimedById }, select: { displayName: true } });
      throw conflict(
        "items.claimed",
        `${holder?.displayName ?? "Somebody"} has taken this.`,
        "Ask them, or take it over.",
      );
    }
    await tx.step.update({ where: { id: stepId }, data: { claimedById: actor.id, claimedAt: new Date() } });
    await touchRun(tx, run.id);
    await recordAudit(tx, actor, {
      action: "items.claim",
      subjectType: "run",
      subjectId: run.id,
      detail: { step: step.key, title: step.title, ...(step.claimedById ? { takenFrom: step.claimedById } : {}) },
    });
    return run.id;
  });
  wakeWatchers([runId]);
  return { runId };
}

/** Gives an item back: its own, or as a manager that of somebody who is not there. */
export async function releaseItem(actor: UserActor, stepId: number): Promise<{ runId: number }> {
  authorize(actor, "items.edit");
  const runId = await transaction(async (tx) => {
    const { run, step } = await lockOpenItem(tx, stepId);
    if (!step.claimedById) return run.id;
    if (!mayRelease(actor, step))
      throw new AppError({
        code: "forbidden",
        message: "Only who took it, a manager or an administrator gives it back.",
        status: 403,
      });
    await tx.step.update({ where: { id: stepId }, data: { claimedById: null, claimedAt: null } });
    await touchRun(tx, run.id);
    await recordAudit(tx, actor, {
      action: "items.release",
      subjectType: "run",
      subjectId: run.id,
      detail: { step: step.key, title: step.title },
    });
    return run.id;
  });
  wakeWatchers([runId]);
  return { runId };
}

export const mayRelease = (actor: UserActor, { claimedById }: { claimedById: string | null }): boolean =>
  claimedById !== null &&
  (claimedById === actor.id || actor.roles.some((role) => role === "manager" || role === "admin"));
