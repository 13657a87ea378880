import { randomUUID } from "node:crypto";
import type { Tx } from "#lib/platform/db/client.ts";
import type { BackupState, Trigger } from "../constants.ts";
import { choosePointKey } from "../dump/paths.ts";
import type { PolicyRow } from "../queries/find-policy.ts";

/** A row for each time a backup was due and could not even begin, so that a gap is seen as one. */
export async function noteMissed(
  tx: Tx,
  policy: PolicyRow,
  dues: readonly Date[],
  reason: string,
  now: Date,
): Promise<string[]> {
  const rows = dues.map((dueAt) => {
    const id = randomUUID();
    const scope = { service: policy.service?.name ?? null, environment: policy.environment, policy: policy.name };
    return {
      ...{ id, serviceId: policy.serviceId, environment: policy.environment, policyId: policy.id },
      ...{ policy: policy.name, engine: policy.source.kind, targetId: policy.targetId },
      state: "missed" satisfies BackupState,
      trigger: "schedule" satisfies Trigger,
      // Nothing stands under it; a row has one all the same, and no two the same.
      key: choosePointKey(scope, id, dueAt),
      ...{ encrypted: policy.recipients.length > 0, error: reason, dueAt, startedAt: dueAt, finishedAt: now },
    };
  });
  if (rows.length > 0) await tx.backup.createMany({ data: rows });
  return rows.map((row) => row.id);
}
