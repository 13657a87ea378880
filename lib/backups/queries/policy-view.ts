import { may } from "#lib/access/policy.ts";
import type { Actor } from "#lib/access/types.ts";
import type { Tx } from "#lib/platform/db/client.ts";
import { TARGET_KINDS } from "../constants.ts";
import { describeCron } from "../format.ts";
import { findProofOverdue } from "../schedule/proof-due.ts";
import type { PolicyView } from "../types.ts";
import { type PolicyRow, pingSecretName } from "./find-policy.ts";

/** Which of these policies have a watcher's address. */
export async function findPinged(tx: Tx, policyIds: readonly string[]): Promise<Set<string>> {
  const names = policyIds.map(pingSecretName);
  const secrets = await tx.secret.findMany({ where: { name: { in: names }, deletedAt: null }, select: { name: true } });
  const found = new Set(secrets.map((secret) => secret.name));
  return new Set(policyIds.filter((id) => found.has(pingSecretName(id))));
}

/** A service's policy is its owner's; the panel's own is nobody's, so that only roles count. */
export const policySubject = (policy: { service: { ownerId: string } | null }) => ({
  ownerId: policy.service?.ownerId ?? null,
});

const toIso = (date: Date | null) => date?.toISOString() ?? null;

export function toPolicyView(row: PolicyRow, hasPing: boolean, actor: Actor, now = new Date()): PolicyView {
  return {
    id: row.id,
    service: row.service?.name ?? null,
    environment: row.environment,
    name: row.name,
    source: row.source,
    target: { ...row.target, kind: TARGET_KINDS.find((kind) => kind === row.target.kind) ?? "disk" },
    targetId: row.targetId,
    compression: row.compression,
    recipients: row.recipients,
    cron: row.cron,
    timeZone: row.timeZone,
    jitterMinutes: row.jitterMinutes,
    graceMinutes: row.graceMinutes,
    retention: row.retention,
    verification: row.verification,
    pingUrl: null,
    maskingSql: row.maskingSql,
    lockDays: row.lockDays,
    enabled: row.enabled,
    scheduleWords: describeCron(row.cron),
    nextAt: toIso(row.nextAt),
    nextVerifyAt: toIso(row.nextVerifyAt),
    overdueSince: row.enabled && row.overdueAt && row.overdueAt <= now ? row.overdueAt.toISOString() : null,
    proofOverdueSince: toIso(findProofOverdue({ ...row, restoreEach: row.verification.restoreEach }, now)),
    hasPing,
    version: row.version,
    mayEdit: may(actor, "backupPolicies.edit", policySubject(row)).ok,
  };
}
