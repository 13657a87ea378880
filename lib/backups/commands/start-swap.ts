import { authorize } from "#lib/access/policy.ts";
import type { UserActor } from "#lib/access/types.ts";
import { recordAudit } from "#lib/audit/record.ts";
import { compileChecklist } from "#lib/checklists/compile.ts";
import { SWAP } from "#lib/checklists/restore.ts";
import { transaction } from "#lib/platform/db/transaction.ts";
import { conflict, invalid, notFound } from "#lib/platform/errors.ts";
import { createRun } from "#lib/runs/commands/create-run.ts";
import { ringRun } from "#lib/runs/ring.ts";
import { refuseHalfSwapped } from "../queries/refuse-half-swapped.ts";
import { refuseWhileDeploying } from "../queries/refuse-while-deploying.ts";
import { canSwap, explainNoSwapIn, NOT_WHOLE, RESTORE_WITH, swapWord } from "../queries/restore-view.ts";
import { findLivingName } from "../restore/names.ts";
import { restoreNotesSchema } from "../schema/restore-notes.ts";
import { sourceKey } from "../sources/source-key.ts";

/** What was restored beside takes the place of the living data, which is kept under another name. */
export async function startSwap(actor: UserActor, restoreId: string, confirm: string): Promise<{ runId: number }> {
  authorize(actor, "backups.read");
  const { runId } = await transaction(async (tx) => {
    await tx.$queryRaw`SELECT id FROM Restore WHERE id = ${restoreId} FOR UPDATE`;
    const row = await tx.restore.findUnique({
      where: { id: restoreId },
      include: RESTORE_WITH,
    });
    if (!row?.service || !row.serviceId) throw notFound("restore");
    const { service, serviceId, environment, destination } = row;
    authorize(actor, "backups.swap", { ownerId: service.ownerId, serviceId });
    const notes = restoreNotesSchema.safeParse(row.report).data;
    if (!canSwap(row)) throw conflict("backups.not_swappable", explainNoSwapIn(row) ?? NOT_WHOLE);
    const word = swapWord(row, service.name);
    if (confirm !== word) throw invalid({ confirm: `Type ${word}.` });
    if (!notes)
      throw conflict(
        "backups.no_living",
        "This restore does not say beside which living data it was made.",
        "Restore the point again, then swap that.",
      );
    const { source, policy } = notes;
    await refuseHalfSwapped(source, tx);
    await refuseWhileDeploying({ serviceId, environment }, tx);
    const living = findLivingName(notes);
    const earlier = await tx.run.count({ where: { startKey: { startsWith: `swap:${restoreId}:` } } });
    const run = await createRun(tx, actor, {
      mode: "apply",
      checklist: { key: SWAP.key, version: SWAP.version },
      title: `Swap ${service.name}: ${destination} takes the place of ${living}`.slice(0, 200),
      serviceId,
      environment,
      startKey: `swap:${restoreId}:${earlier}`,
      exclusiveKey: sourceKey(source),
      steps: compileChecklist(SWAP, { restoreId, policy, living, destination }),
    });
    await tx.restore.update({ where: { id: restoreId }, data: { runId: run.runId } });
    await recordAudit(tx, actor, {
      action: "backups.swap",
      subjectType: "restore",
      subjectId: restoreId,
      detail: { runId: run.runId, service: service.name, environment, living, destination },
    });
    return run;
  });
  await ringRun(runId);
  return { runId };
}
