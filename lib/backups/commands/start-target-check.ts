import { randomUUID } from "node:crypto";
import { authorize } from "#lib/access/policy.ts";
import type { Actor, UserActor } from "#lib/access/types.ts";
import { CHECK_TARGET } from "#lib/checklists/backup.ts";
import { compileChecklist } from "#lib/checklists/compile.ts";
import type { Tx } from "#lib/platform/db/client.ts";
import { transaction } from "#lib/platform/db/transaction.ts";
import { notFound } from "#lib/platform/errors.ts";
import { type CreatedRun, createRun } from "#lib/runs/commands/create-run.ts";
import { ringRun } from "#lib/runs/ring.ts";
import { findTarget } from "../queries/find-target.ts";
import { passWaiting } from "./start-backup.ts";

const DAY_MS = 86_400_000;

/**
 * The run that looks through a target: a new one, in the caller's transaction, or the one that does so already. Only a new one
 * moves the daily one on: what runs may have begun before the target was changed.
 */
export async function ensureTargetCheck(
  tx: Tx,
  actor: Actor,
  target: { id: string; name: string },
  now: Date = new Date(),
): Promise<CreatedRun> {
  const exclusiveKey = `target:${target.id}`;
  await passWaiting(tx, exclusiveKey);
  const running = await tx.run.findUnique({ where: { exclusiveKey }, select: { id: true } });
  if (running) return { runId: running.id, created: false };
  await tx.backupTarget.update({
    where: { id: target.id },
    data: { nextCheckAt: new Date(now.getTime() + DAY_MS) },
  });
  return createRun(tx, actor, {
    mode: "apply",
    checklist: { key: CHECK_TARGET.key, version: CHECK_TARGET.version },
    title: `Check the backup target ${target.name}`.slice(0, 200),
    ...{ serviceId: null, environment: null, exclusiveKey },
    startKey: `check-target:${target.id}:${randomUUID()}`,
    steps: compileChecklist(CHECK_TARGET, { targetId: target.id }),
  });
}

/** Looks through a target now: whether it can be written to, and whether what is there is what the panel knows. */
export async function startTargetCheck(actor: UserActor, targetId: string): Promise<{ runId: number }> {
  authorize(actor, "backupTargets.manage");
  const { runId } = await transaction(async (tx) => {
    const target = await findTarget(targetId, tx);
    if (!target) throw notFound("backup target");
    return ensureTargetCheck(tx, actor, target);
  });
  await ringRun(runId);
  return { runId };
}
