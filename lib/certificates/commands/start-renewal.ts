import type { Actor } from "#lib/access/types.ts";
import { CERTIFICATE, RENEW_CERTIFICATE } from "#lib/checklists/certificate.ts";
import { compileChecklist } from "#lib/checklists/compile.ts";
import type { Tx } from "#lib/platform/db/client.ts";
import { AppError, notFound } from "#lib/platform/errors.ts";
import { type CreatedRun, createRun } from "#lib/runs/commands/create-run.ts";
import { exclusiveKeyOf } from "../queries/visible.ts";

const TITLE_MAX = 200;

async function findActive(tx: Tx, certificateId: string): Promise<CreatedRun | null> {
  const run = await tx.run.findUnique({ where: { exclusiveKey: exclusiveKeyOf(certificateId) }, select: { id: true } });
  return run ? { runId: run.id, created: false } : null;
}

/**
 * A run that waits for a person, because of a mail or of whoever asked for it, must not keep an issued certificate from renewal
 * until it expires. Whoever lets it go on has it take its place again, or hears that another is at work.
 */
async function passWaiting(tx: Tx, certificateId: string): Promise<void> {
  const checklistKey = { in: [CERTIFICATE.key, RENEW_CERTIFICATE.key] };
  await tx.run.updateMany({
    where: { exclusiveKey: exclusiveKeyOf(certificateId), state: "waiting", checklistKey },
    data: { exclusiveKey: null },
  });
}

/**
 * A run that renews one certificate, in the caller's transaction; afterwards `ringRun(runId)`. Two that ask at the same moment
 * get the same run, and so does who asks while another run works on the certificate. The caller has asked whether the actor may.
 */
export async function startRenewal(tx: Tx, actor: Actor, certificateId: string): Promise<CreatedRun> {
  await passWaiting(tx, certificateId);
  const active = await findActive(tx, certificateId);
  if (active) return active;
  const row = await tx.certificate.findUnique({
    where: { id: certificateId },
    select: {
      names: true,
      ownerId: true,
      serviceId: true,
      currentOrderId: true,
      service: { select: { ownerId: true } },
    },
  });
  if (!row) throw notFound("certificate");
  const names = row.names.split(",");
  const prefix = `renew:${certificateId}:${row.currentOrderId ?? "none"}:`;
  const earlier = await tx.run.count({ where: { startKey: { startsWith: prefix } } });
  try {
    return await createRun(tx, actor, {
      mode: "apply",
      checklist: { key: RENEW_CERTIFICATE.key, version: RENEW_CERTIFICATE.version },
      title: `Renew the certificate for ${names.slice(0, 2).join(" and ")}`.slice(0, TITLE_MAX),
      serviceId: row.serviceId,
      environment: null,
      startKey: `${prefix}${earlier}`,
      exclusiveKey: exclusiveKeyOf(certificateId),
      steps: compileChecklist(RENEW_CERTIFICATE, {
        certificateId,
        names,
        toUserId: row.ownerId ?? row.service?.ownerId ?? null,
      }),
    });
  } catch (error) {
    const theirs =
      error instanceof AppError && error.code === "run.active" ? await findActive(tx, certificateId) : null;
    if (theirs) return theirs;
    throw error;
  }
}
