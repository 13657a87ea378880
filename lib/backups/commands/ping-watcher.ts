import type { Actor } from "#lib/access/types.ts";
import { PING } from "#lib/checklists/backup.ts";
import { compileChecklist } from "#lib/checklists/compile.ts";
import type { Tx } from "#lib/platform/db/client.ts";
import { createRun } from "#lib/runs/commands/create-run.ts";
import { pingSecretName } from "../queries/find-policy.ts";
import { nameData } from "./name-data.ts";

interface Pinged {
  id: string;
  name: string;
  serviceId: string | null;
  environment: string;
  service: { name: string } | null;
}

/**
 * A watcher outside hears how a policy's backup goes, if it has one: by a run of its own, in the caller's transaction, so that
 * nothing of the backup ever waits for it.
 */
export async function pingWatcher(
  tx: Tx,
  actor: Actor,
  policy: Pinged,
  backupRunId: number,
  says: "start" | "success" | "fail",
): Promise<void> {
  const name = pingSecretName(policy.id);
  if ((await tx.secret.count({ where: { name, deletedAt: null } })) === 0) return;
  await createRun(tx, actor, {
    mode: "apply",
    checklist: { key: PING.key, version: PING.version },
    title: `Tell the watcher of ${nameData(policy)}: ${says}`.slice(0, 200),
    ...{ serviceId: policy.serviceId, environment: policy.environment },
    startKey: `backup-ping:${backupRunId}:${says}`,
    steps: compileChecklist(PING, { policyId: policy.id, says }),
  });
}
