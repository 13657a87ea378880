import type { Tx } from "#lib/platform/db/client.ts";
import type { RunHookInfo } from "../types.ts";

export interface LockedRun extends RunHookInfo {
  title: string;
  environment: string | null;
  requestedById: string | null;
  cancelRequestedAt: Date | null;
  exclusiveName: string | null;
}

/** Reads a run and holds its row until the transaction ends, so that two commands on one run come one after the other. */
export async function lockRun(tx: Tx, runId: number): Promise<LockedRun | null> {
  await tx.$queryRaw`SELECT id FROM Run WHERE id = ${runId} FOR UPDATE`;
  const run = await tx.run.findUnique({
    where: { id: runId },
    select: {
      id: true,
      mode: true,
      state: true,
      title: true,
      environment: true,
      checklistKey: true,
      serviceId: true,
      draftId: true,
      undoesRunId: true,
      requestedById: true,
      cancelRequestedAt: true,
      exclusiveName: true,
    },
  });
  return run as LockedRun | null;
}
