import { DATA_CHANGE } from "#lib/checklists/data-change.ts";
import type { Tx } from "#lib/platform/db/client.ts";
import { isFinished } from "#lib/runs/run-state.ts";
import type { RunHookInfo } from "#lib/runs/types.ts";
import { resultSchema } from "../schema/counts.ts";
import { tellTurn } from "./tell-turn.ts";

const readMessage = (error: unknown): string | null =>
  typeof error === "object" && error !== null && "message" in error ? String(error.message) : null;

/**
 * However its run ends, a data change waits for its after-action report; one whose run goes on again is carried out again. Called in
 * the transaction that changes the run; safe to call twice.
 */
export async function followDataChangeRun(tx: Tx, run: RunHookInfo): Promise<void> {
  if (run.checklistKey !== DATA_CHANGE.key || run.mode !== "apply") return;
  const row = await tx.dataChange.findFirst({
    where: { runId: run.id },
    select: { id: true, state: true, result: true },
  });
  if (!row) return;
  const { id } = row;
  const result = resultSchema.safeParse(row.result).data;
  if (!isFinished(run.state)) {
    if (row.state === "reporting" && result?.outcome !== "refused" && result?.outcome !== "committed")
      await tx.dataChange.update({ where: { id }, data: { state: "running" } });
    return;
  }
  if (row.state !== "running") return;
  await tx.dataChange.update({
    where: { id },
    data: {
      state: "reporting",
      ...(result ? {} : { result: await explainNothing(tx, run) }),
    },
  });
  await tellTurn(tx, id, "ended");
}

/** It never came to the statements. */
async function explainNothing(tx: Tx, run: RunHookInfo) {
  const failed = await tx.step.findFirst({
    where: { runId: run.id, state: "failed" },
    select: { error: true },
    orderBy: { position: "asc" },
  });
  const why =
    run.state === "cancelled" ? "Its run was cancelled." : (readMessage(failed?.error) ?? "Its run ended before it.");
  // Not refused for good: whoever mends what failed may let the same run go on.
  return { outcome: "stopped", why, statements: [], backupId: null, at: new Date().toISOString() };
}
