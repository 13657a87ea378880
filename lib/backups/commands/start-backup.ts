import type { Actor } from "#lib/access/types.ts";
import { BACKUP, CHECK_TARGET, VERIFY_BACKUP } from "#lib/checklists/backup.ts";
import { compileChecklist } from "#lib/checklists/compile.ts";
import type { Tx } from "#lib/platform/db/client.ts";
import { notFound } from "#lib/platform/errors.ts";
import { type CreatedRun, createRun } from "#lib/runs/commands/create-run.ts";
import type { Trigger } from "../constants.ts";
import { findPolicyById } from "../queries/find-policy.ts";
import { sourceKey } from "../sources/source-key.ts";
import { nameData } from "./name-data.ts";
import { pingWatcher } from "./ping-watcher.ts";

const TITLE_MAX = 200;
/** Runs that may stand aside while a person makes up their mind: a schedule must not stop for them. */
const PASSED_OVER = [BACKUP.key, VERIFY_BACKUP.key, CHECK_TARGET.key];

export interface BackupStart {
  trigger: Trigger;
  /** When the schedule wanted it. */
  dueAt?: Date;
  /** Two starts with one key are one run. */
  startKey: string;
}

/** A run that waits for a person gives up its place; whoever lets it go on has it take the place again. */
export async function passWaiting(tx: Tx, exclusiveKey: string): Promise<void> {
  await tx.run.updateMany({
    where: { exclusiveKey, state: "waiting", checklistKey: { in: PASSED_OVER } },
    data: { exclusiveKey: null },
  });
}

/**
 * A run that backs up one policy's data, in the caller's transaction; afterwards `ringRun(runId)`. Refused (`run.active`) while
 * another run reads or replaces the same data. The caller has asked whether the actor may.
 */
export async function startBackup(
  tx: Tx,
  actor: Actor,
  policyId: string,
  { trigger, dueAt, startKey }: BackupStart,
): Promise<CreatedRun> {
  const policy = await findPolicyById(policyId, tx);
  if (!policy || policy.service?.state === "retired") throw notFound("backup policy");
  const exclusiveKey = sourceKey(policy.source);
  await passWaiting(tx, exclusiveKey);
  const run = await createRun(tx, actor, {
    mode: "apply",
    checklist: { key: BACKUP.key, version: BACKUP.version },
    title: `Back up ${nameData(policy)}`.slice(0, TITLE_MAX),
    ...{ serviceId: policy.serviceId, environment: policy.environment, startKey, exclusiveKey },
    steps: compileChecklist(BACKUP, {
      policy: policy.name,
      trigger,
      dueAt: dueAt?.toISOString() ?? null,
      restoreEach: policy.verification.restoreEach,
    }),
  });
  if (run.created) await pingWatcher(tx, actor, policy, run.runId, "start");
  return run;
}
