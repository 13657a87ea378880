import type { Actor } from "#lib/access/types.ts";
import type { Prisma, Tx } from "#lib/platform/db/client.ts";

export interface AuditEntry {
  action: string;
  subjectType: string;
  subjectId: string | number;
  /** What changed, without secrets. */
  detail?: Prisma.InputJsonObject;
}

function toRow(actor: Actor, entry: AuditEntry) {
  const behind = actor.kind === "user" ? actor.lookedThroughBy : undefined;
  return {
    actorKind: actor.kind,
    actorId: actor.kind === "user" ? (behind?.id ?? actor.id) : null,
    actorName: behind ? `${behind.name} as ${actor.name}`.slice(0, 200) : actor.name,
    action: entry.action,
    subjectType: entry.subjectType,
    subjectId: String(entry.subjectId),
    detail: entry.detail ?? {},
    requestId: actor.requestId,
  };
}

/** Records who did what, in the transaction that does it. A sealer chains it to what came before. */
export async function recordAudit(tx: Tx, actor: Actor, entry: AuditEntry): Promise<void> {
  await tx.auditEvent.create({ data: toRow(actor, entry) });
}

/** The same for many things done at once. */
export async function recordAudits(tx: Tx, actor: Actor, entries: readonly AuditEntry[]): Promise<void> {
  await tx.auditEvent.createMany({ data: entries.map((entry) => toRow(actor, entry)) });
}
