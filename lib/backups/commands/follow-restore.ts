import { RESTORE_CHECKLISTS } from "#lib/checklists/restore.ts";
import type { Tx } from "#lib/platform/db/client.ts";
import { isFinished } from "#lib/runs/run-state.ts";
import type { RunHookInfo } from "#lib/runs/types.ts";
import { deleteSecret } from "#lib/secrets/commands.ts";
import { identitySecret } from "../restore/names.ts";

/**
 * What follows when a run of a restore ends: the identity that somebody lent it is destroyed, and a restore that got nowhere
 * says so. Called in the transaction that ends the run; safe to call twice.
 */
export async function followRestoreRun(tx: Tx, run: RunHookInfo): Promise<void> {
  if (run.mode !== "apply" || !RESTORE_CHECKLISTS.includes(run.checklistKey)) return;
  const rows = await tx.restore.findMany({ where: { runId: run.id }, select: { id: true, state: true } });
  for (const row of rows) {
    // Somebody lets it go on: until it ends it is at work again.
    if (!isFinished(run.state) && row.state === "failed")
      await tx.restore.update({ where: { id: row.id }, data: { state: "running", error: null, finishedAt: null } });
    if (!isFinished(run.state)) continue;
    await deleteSecret(tx, identitySecret(row.id));
    if (row.state !== "running") continue;
    const error = run.state === "cancelled" ? "The run was cancelled." : undefined;
    await tx.restore.update({
      where: { id: row.id },
      data: { state: "failed", finishedAt: new Date(), ...(error ? { error } : {}) },
    });
  }
}
