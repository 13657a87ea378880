import { randomUUID } from "node:crypto";
import type { Tx } from "#lib/platform/db/client.ts";
import type { BackupState, Trigger } from "../constants.ts";
import { choosePointKey } from "../dump/paths.ts";
import { DEFAULT_ENVIRONMENT, type PolicyRow, scopeOf } from "../queries/find-policy.ts";
import type { TakeBackupInput } from "../schema/steps.ts";

/** No more of a policy than one that cannot be read has too. */
type Named = Pick<PolicyRow, "id" | "serviceId" | "environment" | "name" | "kind" | "targetId"> & {
  recipients: unknown;
  service: { name: string } | null;
};

/** A backup that was not even begun. Nothing stands under its key; a row has one all the same, and no two the same. */
function rowOf(policy: Named, state: BackupState, startedAt: Date) {
  const id = randomUUID();
  const scope = { service: policy.service?.name ?? null, environment: policy.environment, policy: policy.name };
  return {
    ...{ id, serviceId: policy.serviceId, environment: policy.environment, policyId: policy.id, policy: policy.name },
    ...{ engine: policy.kind, targetId: policy.targetId, key: choosePointKey(scope, id, startedAt) },
    ...{ encrypted: Array.isArray(policy.recipients) && policy.recipients.length > 0, state, startedAt },
  };
}

/** A row for each time a backup was due and could not even begin, so that a gap is seen as one. */
export async function noteMissed(
  tx: Tx,
  policy: PolicyRow,
  dues: readonly Date[],
  reason: string,
  now: Date,
): Promise<string[]> {
  const trigger: Trigger = "schedule";
  const rows = dues.map((dueAt) => ({
    ...rowOf(policy, "missed", dueAt),
    ...{ trigger, error: reason, dueAt, finishedAt: now },
  }));
  if (rows.length > 0) await tx.backup.createMany({ data: rows });
  return rows.map((row) => row.id);
}

interface TakeStep {
  id: number;
  state: string;
  input: unknown;
  error: unknown;
  startedAt: Date | null;
  finishedAt: Date | null;
}

/**
 * A step that failed before it could write its row, as when its policy cannot be read, gets one here: whatever was to be taken
 * and was not is seen, and told like any other failure. Safe to repeat.
 */
export async function noteUnbegun(
  tx: Tx,
  run: { id: number; serviceId: string | null },
  takes: readonly TakeStep[],
): Promise<void> {
  const failed = takes.filter(({ state }) => state === "failed" || state === "needs_person");
  if (failed.length === 0) return;
  const begun = await tx.backup.findMany({
    where: { stepId: { in: failed.map(({ id }) => id) } },
    select: { stepId: true },
  });
  const unbegun = failed.filter(({ id }) => begun.every(({ stepId }) => stepId !== id));
  if (unbegun.length === 0) return;
  const its = await tx.run.findUniqueOrThrow({ where: { id: run.id }, select: { environment: true } });
  for (const step of unbegun) {
    const input = step.input as TakeBackupInput;
    const environment = input.environment ?? its.environment ?? DEFAULT_ENVIRONMENT;
    const policy = await tx.backupPolicy.findUnique({
      where: { scope: scopeOf({ serviceId: run.serviceId, environment, name: input.policy }) },
      include: { service: { select: { name: true } } },
    });
    // It was removed: nobody expects anything of it any more.
    if (!policy) continue;
    const { message = "It failed before it began." } = (step.error ?? {}) as { message?: string };
    const finishedAt = step.finishedAt ?? new Date();
    await tx.backup.create({
      data: {
        ...rowOf(policy, "failed", step.startedAt ?? finishedAt),
        ...{ stepId: step.id, trigger: input.trigger, error: message, finishedAt },
        dueAt: input.dueAt ? new Date(input.dueAt) : null,
      },
    });
  }
}
