import { authorize } from "#lib/access/policy.ts";
import type { UserActor } from "#lib/access/types.ts";
import { db } from "#lib/platform/db/client.ts";
import type { AuditFilter, AuditPage } from "./schema.ts";

const PAGE = 100;

/** What was done, newest first, a page at a time; of one subject or one person if asked. */
export async function listAuditEvents(actor: UserActor, filter: AuditFilter): Promise<AuditPage> {
  authorize(actor, "audit.read");
  const { before, subjectType, subjectId, actorId } = filter;
  const rows = await db().auditEvent.findMany({
    where: {
      ...(before === undefined ? {} : { id: { lt: BigInt(before) } }),
      ...(subjectType === undefined ? {} : { subjectType }),
      ...(subjectId === undefined ? {} : { subjectId }),
      ...(actorId === undefined ? {} : { actorId }),
    },
    orderBy: { id: "desc" },
    take: PAGE + 1,
  });
  const events = rows.slice(0, PAGE).map((row) => ({
    id: String(row.id),
    at: row.at.toISOString(),
    actor: { kind: row.actorKind, id: row.actorId, name: row.actorName },
    action: row.action,
    subjectType: row.subjectType,
    subjectId: row.subjectId,
    detail: (row.detail ?? {}) as Record<string, unknown>,
    requestId: row.requestId,
    seq: row.seq === null ? null : String(row.seq),
  }));
  return { events, next: rows.length > PAGE ? (events.at(-1)?.id ?? null) : null };
}
