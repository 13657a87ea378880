import { randomUUID } from "node:crypto";
import { authorize } from "#lib/access/policy.ts";
import type { Actor } from "#lib/access/types.ts";
import { VERIFY_BACKUP } from "#lib/checklists/backup.ts";
import { compileChecklist } from "#lib/checklists/compile.ts";
import { transaction } from "#lib/platform/db/transaction.ts";
import { conflict, notFound } from "#lib/platform/errors.ts";
import { createRun } from "#lib/runs/commands/create-run.ts";
import { ringRun } from "#lib/runs/ring.ts";
import { passWaiting } from "./start-backup.ts";

const TITLE_MAX = 200;

/** Begins a run that restores one stored point into a throw-away place and compares it. */
export async function startVerification(actor: Actor, backupId: string): Promise<{ runId: number }> {
  authorize(actor, "backups.verify");
  const { runId } = await transaction(async (tx) => {
    const backup = await tx.backup.findUnique({
      where: { id: backupId },
      include: { service: { select: { name: true } } },
    });
    if (!backup) throw notFound("restore point");
    if (backup.removedAt) throw conflict("backups.removed", "This backup was removed: there is nothing to prove.");
    if (backup.state === "running") throw conflict("backups.running", "This backup is still being taken.");
    if (backup.manifest === null) throw conflict("backups.nothing", "Nothing was stored for this backup.");
    const exclusiveKey = `verify:${backup.policyId ?? backup.id}`;
    await passWaiting(tx, exclusiveKey);
    return createRun(tx, actor, {
      mode: "apply",
      checklist: { key: VERIFY_BACKUP.key, version: VERIFY_BACKUP.version },
      title: `Prove the backup of ${backup.service?.name ?? "Seaworthy itself"}: ${backup.policy}`.slice(0, TITLE_MAX),
      serviceId: backup.serviceId,
      environment: backup.environment,
      startKey: `verify:${backup.id}:${randomUUID()}`,
      exclusiveKey,
      steps: compileChecklist(VERIFY_BACKUP, { policy: backup.policy, which: [{ backupId: backup.id }] }),
    });
  });
  await ringRun(runId);
  return { runId };
}
