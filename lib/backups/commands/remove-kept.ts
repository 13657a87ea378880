import { authorize } from "#lib/access/policy.ts";
import type { UserActor } from "#lib/access/types.ts";
import { recordAudit } from "#lib/audit/record.ts";
import { compileChecklist } from "#lib/checklists/compile.ts";
import { REMOVE_KEPT } from "#lib/checklists/restore.ts";
import { transaction } from "#lib/platform/db/transaction.ts";
import { conflict, invalid, notFound } from "#lib/platform/errors.ts";
import { createRun } from "#lib/runs/commands/create-run.ts";
import { ringRun } from "#lib/runs/ring.ts";
import { refuseRemovingKept } from "../queries/refuse-removing-kept.ts";
import { canRemoveKept, RESTORE_WITH } from "../queries/restore-view.ts";
import type { RemoveKeptInput } from "../schema/restore.ts";
import { restoreNotesSchema } from "../schema/restore-notes.ts";
import { sourceKey } from "../sources/source-key.ts";

/**
 * Removes what lived before a swap, for good. The restore goes on naming the swap's own run: until this one has begun to remove
 * anything, undoing that is the way back.
 */
export async function removeKept(
  actor: UserActor,
  restoreId: string,
  { confirm, previous }: RemoveKeptInput,
): Promise<{ runId: number }> {
  authorize(actor, "backups.read");
  const { runId } = await transaction(async (tx) => {
    await tx.$queryRaw`SELECT id FROM Restore WHERE id = ${restoreId} FOR UPDATE`;
    const row = await tx.restore.findUnique({ where: { id: restoreId }, include: RESTORE_WITH });
    if (!row?.service || !row.serviceId) throw notFound("restore");
    const { service, serviceId, environment } = row;
    authorize(actor, "backups.removeKept", { ownerId: service.ownerId, serviceId });
    const notes = restoreNotesSchema.safeParse(row.report).data;
    if (!canRemoveKept(row) || !notes) throw conflict("backups.not_kept", "Nothing is kept of what lived before.");
    if (confirm !== service.name) throw invalid({ confirm: `Type ${service.name}.` });
    const { source, policy } = notes;
    await refuseRemovingKept({ ...row, serviceId, source }, previous, tx);
    const earlier = await tx.run.count({ where: { startKey: { startsWith: `remove-kept:${restoreId}:` } } });
    const run = await createRun(tx, actor, {
      mode: "apply",
      checklist: { key: REMOVE_KEPT.key, version: REMOVE_KEPT.version },
      title: `Remove ${previous}, which lived before the swap`.slice(0, 200),
      serviceId,
      environment,
      startKey: `remove-kept:${restoreId}:${earlier}`,
      exclusiveKey: sourceKey(source),
      steps: compileChecklist(REMOVE_KEPT, { restoreId, policy, previous }),
    });
    await recordAudit(tx, actor, {
      action: "backups.removeKept",
      subjectType: "restore",
      subjectId: restoreId,
      detail: { runId: run.runId, service: service.name, environment, previous },
    });
    return run;
  });
  await ringRun(runId);
  return { runId };
}
