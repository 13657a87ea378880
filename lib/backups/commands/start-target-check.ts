import { randomUUID } from "node:crypto";
import { authorize } from "#lib/access/policy.ts";
import type { Actor, UserActor } from "#lib/access/types.ts";
import { CHECK_TARGET } from "#lib/checklists/backup.ts";
import { compileChecklist } from "#lib/checklists/compile.ts";
import type { Tx } from "#lib/platform/db/client.ts";
import { transaction } from "#lib/platform/db/transaction.ts";
import { notFound } from "#lib/platform/errors.ts";
import { createRun } from "#lib/runs/commands/create-run.ts";
import { ringRun } from "#lib/runs/ring.ts";
import { findTarget } from "../queries/find-target.ts";

/** The run that looks through a target: a new one, in the caller's transaction, or the one that does so already. */
export async function ensureTargetCheck(
  tx: Tx,
  actor: Actor,
  target: { id: string; name: string },
): Promise<{ runId: number }> {
  const exclusiveKey = `target:${target.id}`;
  const running = await tx.run.findUnique({ where: { exclusiveKey }, select: { id: true } });
  if (running) return { runId: running.id };
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
