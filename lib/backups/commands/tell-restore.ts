import type { Tx } from "#lib/platform/db/client.ts";
import { isFinished } from "#lib/runs/run-state.ts";
import type { RunHookInfo } from "#lib/runs/types.ts";
import { tell } from "./tell-backup.ts";

const ENDED = ["restored", "swapped", "failed"];

/**
 * Says how a restore ended, once for each of its runs. Called in the transaction that ends the run, after what the restore's
 * own row becomes of it was written.
 */
export async function tellRestoreRun(tx: Tx, run: RunHookInfo): Promise<void> {
  if (run.mode !== "apply" || !isFinished(run.state) || run.state === "cancelled") return;
  const rows = await tx.restore.findMany({
    where: { runId: run.id, state: { in: ENDED } },
    include: {
      service: { select: { id: true, name: true, ownerId: true } },
      backup: { select: { policy: true } },
    },
  });
  for (const row of rows)
    await tell(
      tx,
      { service: row.service, environment: row.environment, name: row.backup.policy },
      {
        template: "restore-finished",
        key: `${row.id}:${run.id}:${row.state}`,
        title: `Mail how the restore of ${row.service?.name ?? "Seaworthy itself"} ended`,
        input: { restoreId: row.id, endedRunId: run.id },
        alsoTo: [row.byId],
      },
    );
}
