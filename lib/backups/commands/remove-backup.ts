import { randomUUID } from "node:crypto";
import { authorize } from "#lib/access/policy.ts";
import type { UserActor } from "#lib/access/types.ts";
import { recordAudit } from "#lib/audit/record.ts";
import { REMOVE_BACKUP } from "#lib/checklists/backup.ts";
import { compileChecklist } from "#lib/checklists/compile.ts";
import { transaction } from "#lib/platform/db/transaction.ts";
import { conflict, notFound } from "#lib/platform/errors.ts";
import { createRun } from "#lib/runs/commands/create-run.ts";
import { ringRun } from "#lib/runs/ring.ts";
import { explainStays } from "../queries/why-stays.ts";

/** Begins a run that removes one point's objects. Refused for what must stay, the last proven one above all. */
export async function removeBackup(actor: UserActor, backupId: string): Promise<{ runId: number }> {
  authorize(actor, "backups.remove");
  const runId = await transaction(async (tx) => {
    const row = await tx.backup.findUnique({
      where: { id: backupId },
      select: { startedAt: true, removedAt: true, serviceId: true, environment: true, policy: true, key: true },
    });
    if (!row) throw notFound("backup");
    if (row.removedAt) throw conflict("backups.removed", "It was removed already.");
    const stays = await explainStays(backupId, new Date(), tx);
    if (stays) throw conflict("backups.stays", stays);
    const run = await createRun(tx, actor, {
      mode: "apply",
      checklist: { key: REMOVE_BACKUP.key, version: REMOVE_BACKUP.version },
      title: `Remove the backup “${row.policy}” of ${row.startedAt.toISOString().slice(0, 16).replace("T", " ")}`,
      ...{ serviceId: row.serviceId, environment: row.environment },
      startKey: `remove-backup:${backupId}:${randomUUID()}`,
      exclusiveKey: `remove-backup:${backupId}`,
      steps: compileChecklist(REMOVE_BACKUP, { backupId }),
    });
    await recordAudit(tx, actor, {
      action: "backups.remove",
      subjectType: "backup",
      subjectId: backupId,
      detail: { key: row.key, runId: run.runId },
    });
    return run.runId;
  });
  await ringRun(runId);
  return { runId };
}
