import { randomUUID } from "node:crypto";
import { z } from "zod";
import { authorize } from "#lib/access/policy.ts";
import type { UserActor } from "#lib/access/types.ts";
import { recordAudit } from "#lib/audit/record.ts";
import { compileChecklist } from "#lib/checklists/compile.ts";
import { DELIVER_CERTIFICATE } from "#lib/checklists/deliver-certificate.ts";
import { INGRESS_TARGET } from "#lib/ingress/constants.ts";
import { config } from "#lib/platform/config/config.ts";
import type { Prisma, Tx } from "#lib/platform/db/client.ts";
import { transaction } from "#lib/platform/db/transaction.ts";
import { conflict, invalid, notFound } from "#lib/platform/errors.ts";
import { createRun } from "#lib/runs/commands/create-run.ts";
import { ringRun } from "#lib/runs/ring.ts";
import { splitNames } from "../queries/summarize.ts";
import { findVisible, type VisibleCertificate } from "../queries/visible.ts";
import { SwarmDeliveryOptions } from "../steps/deliver-input.ts";

/** Where a certificate is to be brought: a service's containers, or the panel's own reverse proxy. */
export const deliveryRequest = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("swarm"),
    /** Name of the swarm's service, such as pads-production_app. */
    target: z.string().trim().min(1).max(190),
    options: SwarmDeliveryOptions.prefault({}),
  }),
  z.strictObject({ kind: z.literal("ingress") }),
]);
export type DeliveryRequest = z.output<typeof deliveryRequest>;

export interface StartedDelivery {
  deliveryId: string;
  runId: number;
}

/** A delivery run begins for every change; two at once wait for each other in the step. */
async function startDelivery(tx: Tx, actor: UserActor, row: VisibleCertificate): Promise<number> {
  const names = splitNames(row.names);
  const run = await createRun(tx, actor, {
    mode: "apply",
    checklist: { key: DELIVER_CERTIFICATE.key, version: DELIVER_CERTIFICATE.version },
    title: `Bring the certificate for ${names[0]} to where it is used`.slice(0, 200),
    serviceId: row.service?.id ?? null,
    environment: null,
    startKey: `deliver:${randomUUID()}`,
    steps: compileChecklist(DELIVER_CERTIFICATE, { certificateId: row.id, names }),
  });
  return run.runId;
}

const SWARM_NAME = /^([a-z0-9](?:[a-z0-9-]*[a-z0-9])?)-production_(?:app|db)$/;

/** The service of the panel behind a swarm service's name; its owner only, for its containers will hold the key. */
async function findTargetService(tx: Tx, actor: UserActor, target: string) {
  const name = SWARM_NAME.exec(target)?.[1];
  const service = name ? await tx.service.findFirst({ where: { name, state: { not: "retired" } } }) : null;
  if (!service) throw invalid({ target: "There is no such service of the panel's in the swarm." });
  authorize(actor, "certificates.deliver", { ownerId: service.ownerId });
  return service;
}

async function describeRequest(tx: Tx, actor: UserActor, request: DeliveryRequest) {
  if (request.kind === "swarm") {
    const service = await findTargetService(tx, actor, request.target);
    return {
      kind: "swarm",
      target: request.target,
      options: { ...request.options, serviceName: service.name, ownerId: service.ownerId },
    };
  }
  const { INGRESS_KIND: kind } = config();
  if (kind === "none") throw invalid({ kind: "The panel looks after no reverse proxy (INGRESS_KIND)." });
  return { kind, target: INGRESS_TARGET, options: {} };
}

/** Names a place for a certificate: it is brought there now, and again after every renewal. */
export async function addDelivery(
  actor: UserActor,
  certificateId: string,
  request: DeliveryRequest,
): Promise<StartedDelivery> {
  const started = await transaction(async (tx) => {
    const row = await findVisible(actor, certificateId, tx);
    authorize(actor, "certificates.deliver", row);
    if (row.csrPem !== null)
      throw conflict(
        "certificates.no_key",
        "Its private key never came to the panel, so it cannot be brought anywhere.",
      );
    if (row.state !== "issued")
      throw conflict("certificates.not_issued", "Only a certificate that was issued can be brought anywhere.");
    const { kind, target, options } = await describeRequest(tx, actor, request);
    const place = { certificateId_kind_target: { certificateId, kind, target } };
    const present = await tx.certificateDelivery.findUnique({ where: place });
    if (present && present.state !== "removing") throw conflict("delivery.exists", "It is brought there already.");
    const id = present?.id ?? randomUUID();
    const data = { options: options satisfies Prisma.InputJsonObject, state: "pending", error: null };
    if (present) await tx.certificateDelivery.update({ where: { id }, data });
    else await tx.certificateDelivery.create({ data: { id, certificateId, kind, target, ...data } });
    const runId = await startDelivery(tx, actor, row);
    await recordAudit(tx, actor, {
      action: "certificates.addDelivery",
      subjectType: "certificate",
      subjectId: certificateId,
      detail: { kind, target, options, runId },
    });
    return { deliveryId: id, runId };
  });
  await ringRun(started.runId);
  return started;
}

/** Takes a certificate away from a place again; the row goes when the run has done it. */
export async function removeDelivery(
  actor: UserActor,
  certificateId: string,
  deliveryId: string,
): Promise<{ runId: number }> {
  const runId = await transaction(async (tx) => {
    const row = await findVisible(actor, certificateId, tx);
    authorize(actor, "certificates.deliver", row);
    const found = await tx.certificateDelivery.findFirst({ where: { id: deliveryId, certificateId } });
    if (!found) throw notFound("delivery");
    await tx.certificateDelivery.update({ where: { id: found.id }, data: { state: "removing", error: null } });
    const run = await startDelivery(tx, actor, row);
    await recordAudit(tx, actor, {
      action: "certificates.removeDelivery",
      subjectType: "certificate",
      subjectId: certificateId,
      detail: { kind: found.kind, target: found.target, runId: run },
    });
    return run;
  });
  await ringRun(runId);
  return { runId };
}

/** Brings it to all its places once more: after one of them was mended. */
export async function deliverNow(actor: UserActor, certificateId: string): Promise<{ runId: number }> {
  const runId = await transaction(async (tx) => {
    const row = await findVisible(actor, certificateId, tx);
    authorize(actor, "certificates.deliver", row);
    const run = await startDelivery(tx, actor, row);
    await recordAudit(tx, actor, {
      action: "certificates.deliver",
      subjectType: "certificate",
      subjectId: certificateId,
      detail: { runId: run },
    });
    return run;
  });
  await ringRun(runId);
  return { runId };
}
