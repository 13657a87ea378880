import { randomUUID } from "node:crypto";
import { authorize } from "#lib/access/policy.ts";
import type { UserActor } from "#lib/access/types.ts";
import { recordAudit } from "#lib/audit/record.ts";
import { transaction } from "#lib/platform/db/transaction.ts";
import { notFound } from "#lib/platform/errors.ts";
import { findService, subjectOf } from "#lib/releases/queries/find-environment.ts";
import { getReadiness } from "../queries/get-readiness.ts";
import type { NewDocument } from "../schema/views.ts";
import type { ReadinessView } from "../types.ts";

/** Writes down a package, a changed file or a command that the service would not be what it is without. */
export async function writeDocument(
  actor: UserActor,
  serviceName: string,
  { kind, name, note }: NewDocument,
): Promise<ReadinessView> {
  await transaction(async (tx) => {
    const service = await findService(serviceName, tx);
    authorize(actor, "readiness.write", subjectOf(service));
    await tx.serviceDocument.create({
      data: {
        ...{ id: randomUUID(), serviceId: service.id, kind, name, detail: { note } },
        ...{ source: "person", addedById: actor.id },
      },
    });
    await recordAudit(tx, actor, {
      action: "readiness.write",
      subjectType: "service",
      subjectId: service.id,
      detail: { service: serviceName, kind, name },
    });
  });
  return getReadiness(actor, serviceName);
}

/** Strikes out what a person wrote down; it stays in the history. */
export async function removeDocument(
  actor: UserActor,
  serviceName: string,
  documentId: string,
): Promise<ReadinessView> {
  await transaction(async (tx) => {
    const service = await findService(serviceName, tx);
    authorize(actor, "readiness.write", subjectOf(service));
    const row = await tx.serviceDocument.findFirst({
      where: { id: documentId, serviceId: service.id, source: "person", removedAt: null },
    });
    if (!row) throw notFound("entry");
    await tx.serviceDocument.update({ where: { id: row.id }, data: { removedAt: new Date() } });
    await recordAudit(tx, actor, {
      action: "readiness.remove",
      subjectType: "service",
      subjectId: service.id,
      detail: { service: serviceName, kind: row.kind, name: row.name },
    });
  });
  return getReadiness(actor, serviceName);
}
