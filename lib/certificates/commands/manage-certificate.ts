import { authorize } from "#lib/access/policy.ts";
import type { UserActor } from "#lib/access/types.ts";
import { recordAudit } from "#lib/audit/record.ts";
import { transaction } from "#lib/platform/db/transaction.ts";
import { conflict, invalid } from "#lib/platform/errors.ts";
import { ringRun } from "#lib/runs/ring.ts";
import type { RevokeReason } from "../constants.ts";
import { splitNames } from "../queries/summarize.ts";
import { exclusiveKeyOf, findActiveRun, findVisible } from "../queries/visible.ts";
import { startRenewal } from "./start-renewal.ts";
import { startCertificateRun } from "./start-run.ts";

/** Renews now, whether or not it is time. What is served stays until the new one is stored. */
export async function renewNow(actor: UserActor, id: string): Promise<{ runId: number }> {
  const { runId } = await transaction(async (tx) => {
    const row = await findVisible(actor, id, tx);
    authorize(actor, "certificates.renew", row);
    if (row.state !== "issued")
      throw conflict("certificates.not_issued", "Only a certificate that was issued can be renewed.");
    const run = await startRenewal(tx, actor, id);
    await recordAudit(tx, actor, {
      action: "certificates.renew",
      subjectType: "certificate",
      subjectId: id,
      detail: { names: row.names, runId: run.runId },
    });
    return run;
  });
  await ringRun(runId);
  return { runId };
}

/** Whether the panel renews it by itself. */
export async function setAutoRenew(actor: UserActor, id: string, autoRenew: boolean): Promise<void> {
  await transaction(async (tx) => {
    const row = await findVisible(actor, id, tx);
    authorize(actor, "certificates.renew", row);
    if (row.autoRenew === autoRenew) return;
    await tx.certificate.update({ where: { id }, data: { autoRenew } });
    await recordAudit(tx, actor, {
      action: "certificates.setAutoRenew",
      subjectType: "certificate",
      subjectId: id,
      detail: { autoRenew },
    });
  });
}

/** Tries again to issue what failed, or what was left without a run. */
export async function retryCertificate(actor: UserActor, id: string): Promise<{ runId: number }> {
  const { runId } = await transaction(async (tx) => {
    const row = await findVisible(actor, id, tx);
    authorize(actor, "certificates.renew", row);
    if (row.state !== "failed" && row.state !== "pending")
      throw conflict("certificates.not_failed", "There is nothing to try again: it was issued.");
    const exclusiveKey = exclusiveKeyOf(id);
    const active = await findActiveRun(tx, row);
    if (active) return { runId: active.id };
    const earlier = await tx.run.count({ where: { exclusiveName: exclusiveKey } });
    await tx.certificate.update({ where: { id }, data: { state: "pending", error: null } });
    const run = await startCertificateRun(tx, actor, "issue", {
      certificateId: id,
      names: splitNames(row.names),
      toUserId: row.ownerId ?? actor.id,
      serviceId: row.service?.id ?? null,
      startKey: `certificate:${id}:${earlier}`,
    });
    await recordAudit(tx, actor, {
      action: "certificates.retry",
      subjectType: "certificate",
      subjectId: id,
      detail: { names: row.names, runId: run.runId },
    });
    return run;
  });
  await ringRun(runId);
  return { runId };
}

/** Revokes it at the authority, for good. The name is typed, so that it is this one. */
export async function revokeNow(
  actor: UserActor,
  id: string,
  { reason, name }: { reason: RevokeReason; name: string },
): Promise<{ runId: number }> {
  const { runId } = await transaction(async (tx) => {
    const row = await findVisible(actor, id, tx);
    authorize(actor, "certificates.revoke", row);
    if (row.state !== "issued")
      throw conflict("certificates.not_issued", "Only a certificate that was issued can be revoked.");
    const names = splitNames(row.names);
    if (name.trim().toLowerCase() !== names[0])
      throw invalid({ name: `Type ${names[0]} to say that you mean this one.` });
    const earlier = await tx.run.count({ where: { exclusiveName: exclusiveKeyOf(id) } });
    const run = await startCertificateRun(tx, actor, "revoke", {
      ...{ certificateId: id, names, reason },
      toUserId: row.ownerId ?? actor.id,
      serviceId: row.service?.id ?? null,
      startKey: `revoke:${id}:${earlier}`,
    });
    await recordAudit(tx, actor, {
      action: "certificates.revoke",
      subjectType: "certificate",
      subjectId: id,
      detail: { names, reason, serial: row.serial, runId: run.runId },
    });
    return run;
  });
  await ringRun(runId);
  return { runId };
}
