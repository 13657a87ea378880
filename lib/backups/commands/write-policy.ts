import { randomUUID } from "node:crypto";
import type { Tx } from "#lib/platform/db/client.ts";
import { deleteSecret, storeSecret } from "#lib/secrets/commands.ts";
import { type PolicyRow, pingSecretName, scopeOf } from "../queries/find-policy.ts";
import { overdueAfter } from "../schedule/cron.ts";
import type { NewPolicy, PolicySettings } from "../schema/policy.ts";
import { timesOf } from "./check-policy.ts";

/** What is kept of the settings, besides the times that follow from them. */
function toColumns({ pingUrl: _secret, ...settings }: PolicySettings) {
  return {
    targetId: settings.targetId,
    compression: settings.compression,
    recipients: settings.recipients,
    cron: settings.cron,
    timeZone: settings.timeZone,
    jitterMinutes: settings.jitterMinutes,
    graceMinutes: settings.graceMinutes,
    retention: settings.retention,
    verification: settings.verification,
    maskingSql: settings.maskingSql,
    lockDays: settings.lockDays,
    enabled: settings.enabled,
  };
}

/** null: as it was, empty: none. Versions of the panel's own secrets have no service, so that they outlive none by mistake. */
async function keepPing(tx: Tx, policyId: string, pingUrl: string | null): Promise<void> {
  if (pingUrl === null) return;
  const name = pingSecretName(policyId);
  if (pingUrl === "") await deleteSecret(tx, name);
  else await storeSecret(tx, { name, value: pingUrl, serviceId: null });
}

/** The half of making a policy that provisioning shares: no question asked whether somebody may. */
export async function insertPolicy(
  tx: Tx,
  { serviceId, ...policy }: Omit<NewPolicy, "serviceName"> & { serviceId: string | null },
  now: Date,
): Promise<string> {
  const id = randomUUID();
  const { environment, name, source } = policy;
  const { kind, ...rest } = source;
  await tx.backupPolicy.create({
    data: {
      ...{ id, serviceId, environment, name, scope: scopeOf({ serviceId, environment, name }) },
      ...{ kind, source: rest },
      ...toColumns(policy),
      ...timesOf(id, policy, now),
    },
  });
  await keepPing(tx, id, policy.pingUrl);
  return id;
}

/**
 * What is due stays due, and what is owed stays owed until something good comes: only switching the schedule off ends either.
 * Otherwise saving in the night that a worker was away would make up for the backup that it missed.
 */
function timesAfter(before: PolicyRow, settings: PolicySettings, now: Date) {
  const fresh = timesOf(before.id, settings, now);
  const stillDue = (was: Date | null, next: Date | null) => (next && was && was <= now ? was : next);
  const nextAt = stillDue(before.nextAt, fresh.nextAt);
  const expected = overdueAfter(nextAt, settings.graceMinutes);
  const afterNext = overdueAfter(before.nextAt, before.graceMinutes);
  // Before the next start's own time: a start before that one, or nobody, has brought nothing good yet.
  const isOwed = nextAt === before.nextAt || afterNext === null || (before.overdueAt && before.overdueAt < afterNext);
  const owed = isOwed && expected && before.overdueAt && before.overdueAt < expected;
  return {
    nextAt,
    nextVerifyAt: stillDue(before.nextVerifyAt, fresh.nextVerifyAt),
    overdueAt: owed ? before.overdueAt : expected,
  };
}

/** Likewise for a change; false: somebody else has changed it since it was read. */
export async function updatePolicyRow(
  tx: Tx,
  before: PolicyRow,
  settings: PolicySettings,
  now: Date,
  source = before.source,
): Promise<boolean> {
  const { kind, ...rest } = source;
  const written = await tx.backupPolicy.updateMany({
    where: { id: before.id, version: before.version, removedAt: null },
    data: {
      ...{ kind, source: rest },
      ...toColumns(settings),
      ...timesAfter(before, settings, now),
      version: { increment: 1 },
    },
  });
  if (written.count > 0) await keepPing(tx, before.id, settings.pingUrl);
  return written.count > 0;
}

/** Ends a policy: nothing starts by itself any more, its name is free again, its points stay where they are. */
export async function endPolicy(tx: Tx, policyId: string, now: Date): Promise<boolean> {
  const ended = await tx.backupPolicy.updateMany({
    where: { id: policyId, removedAt: null },
    data: { scope: null, removedAt: now, nextAt: null, nextVerifyAt: null, overdueAt: null, version: { increment: 1 } },
  });
  await deleteSecret(tx, pingSecretName(policyId));
  return ended.count > 0;
}
