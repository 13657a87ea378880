import { authorize } from "#lib/access/policy.ts";
import type { UserActor } from "#lib/access/types.ts";
import { recordAudit } from "#lib/audit/record.ts";
import { transaction } from "#lib/platform/db/transaction.ts";
import { conflict, notFound } from "#lib/platform/errors.ts";
import { createRun } from "#lib/runs/commands/create-run.ts";
import { ringRun } from "#lib/runs/ring.ts";
import { REMOVABLE, RESTORE_WITH } from "../queries/restore-view.ts";

/**
 * Takes away what a restore made: a run that undoes its step, by the ledger and so never anything it did not make. What was
 * swapped in is living data now and is not removed here.
 */
export async function removeRestore(actor: UserActor, restoreId: string): Promise<{ runId: number }> {
  authorize(actor, "backups.read");
  const { runId } = await transaction(async (tx) => {
    await tx.$queryRaw`SELECT id FROM Restore WHERE id = ${restoreId} FOR UPDATE`;
    const row = await tx.restore.findUnique({ where: { id: restoreId }, include: RESTORE_WITH });
    if (!row) throw notFound("restore");
    authorize(actor, "backups.restore", { ownerId: row.service?.ownerId ?? null, serviceId: row.serviceId });
    if (row.state === "swapped")
      throw row.previous === null || row.givenUpAt
        ? conflict("backups.swapped", "It took the place of the living data, and nothing is kept of that.")
        : conflict(
            "backups.swapped",
            `It took the place of the living data; that was kept as ${row.previous}.`,
            `To have the earlier data back, undo run ${row.runId}.`,
          );
    if (!REMOVABLE.includes(row.state))
      throw conflict("backups.not_removable", "There is nothing of it to remove now.");
    const made = await tx.run.findUnique({
      where: { startKey: `restore:${restoreId}` },
      include: { steps: { where: { name: "backups.restore" } } },
    });
    const [step] = made?.steps ?? [];
    if (!made || !step) throw conflict("backups.not_removable", "The run that made it is not known any more.");
    const earlier = await tx.run.count({ where: { startKey: { startsWith: `remove-restore:${restoreId}:` } } });
    const run = await createRun(tx, actor, {
      mode: "undo",
      checklist: { key: made.checklistKey, version: made.checklistVersion },
      title: `Remove ${row.destination}`.slice(0, 200),
      serviceId: made.serviceId,
      environment: made.environment,
      undoesRunId: made.id,
      startKey: `remove-restore:${restoreId}:${earlier}`,
      exclusiveKey: made.exclusiveName,
      steps: [
        {
          key: step.key,
          name: step.name,
          title: `Remove ${row.destination} and see that it is gone`.slice(0, 200),
          input: step.input as Record<string, unknown>,
          dependsOn: [],
        },
      ],
    });
    await tx.restore.update({ where: { id: restoreId }, data: { runId: run.runId } });
    await recordAudit(tx, actor, {
      action: "backups.removeRestored",
      subjectType: "restore",
      subjectId: restoreId,
      detail: { runId: run.runId, destination: row.destination },
    });
    return run;
  });
  await ringRun(runId);
  return { runId };
}
