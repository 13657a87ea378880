import { randomUUID } from "node:crypto";
import { authorize } from "#lib/access/policy.ts";
import type { UserActor } from "#lib/access/types.ts";
import { transaction } from "#lib/platform/db/transaction.ts";
import { ringRun } from "#lib/runs/ring.ts";
import { startBackup } from "./start-backup.ts";

/** Backs up what a policy names now, whatever its schedule says. */
export async function runPolicy(actor: UserActor, policyId: string): Promise<{ runId: number }> {
  authorize(actor, "backups.take");
  const { runId } = await transaction((tx) =>
    startBackup(tx, actor, policyId, { trigger: "person", startKey: `backup:${policyId}:${randomUUID()}` }),
  );
  await ringRun(runId);
  return { runId };
}
