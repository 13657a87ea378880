import type { Actor } from "#lib/access/types.ts";
import type { Prisma, Tx } from "#lib/platform/db/client.ts";

export interface AuditEntry {
  action: string;
  subjectType: string;
  subjectId: string | number;
  /** What changed, without secrets. */
  detail?: Prisma.InputJsonObject;
}

/** Records who did what, in the transaction that does it. A sealer chains it to what came before. */
export async function recordAudit(tx: Tx, actor: Actor, entry: AuditEntry): Promise<void> {
  await tx.auditEvent.create({
    data: {
      actorKind: actor.kind,
      actorId: actor.kind === "user" ? actor.id : null,
      actorName: actor.name,
      action: entry.action,
      subjectType: entry.subjectType,
      subjectId: String(entry.subjectId),
      detail: entry.detail ?? {},
      requestId: actor.requestId,
    },
  });
}
