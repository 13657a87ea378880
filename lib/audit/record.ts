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
  const behind = actor.kind === "user" ? actor.lookedThroughBy : undefined;
  await tx.auditEvent.create({
    data: {
      actorKind: actor.kind,
      actorId: actor.kind === "user" ? (behind?.id ?? actor.id) : null,
      actorName: behind ? `${behind.name} as ${actor.name}`.slice(0, 200) : actor.name,
      action: entry.action,
      subjectType: entry.subjectType,
      subjectId: String(entry.subjectId),
      detail: entry.detail ?? {},
      requestId: actor.requestId,
    },
  });
}
