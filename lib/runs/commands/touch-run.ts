import type { Tx } from "#lib/platform/db/client.ts";

/** Whoever watches the run sees that something about it is new. */
export async function touchRun(tx: Tx, runId: number): Promise<void> {
  await tx.run.update({ where: { id: runId }, data: { version: { increment: 1 } }, select: { id: true } });
}
