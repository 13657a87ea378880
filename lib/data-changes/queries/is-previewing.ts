import type { Tx } from "#lib/platform/db/client.ts";
import { isFinished } from "#lib/runs/run-state.ts";
import type { RunState } from "#lib/runs/types.ts";

/** Whether its statements are being tried just now. */
export async function isPreviewing(tx: Tx, { previewRunId }: { previewRunId: number | null }): Promise<boolean> {
  if (previewRunId === null) return false;
  const run = await tx.run.findUnique({ where: { id: previewRunId }, select: { state: true } });
  return run !== null && !isFinished(run.state as RunState);
}
