import { authorize, may } from "#lib/access/policy.ts";
import type { Actor } from "#lib/access/types.ts";
import { db, type Tx } from "#lib/platform/db/client.ts";
import { notFound } from "#lib/platform/errors.ts";
import { RUN_LINK, toRunLink } from "#lib/runs/queries/run-link.ts";
import { describeEvent } from "../format.ts";
import type { RecordDetail } from "../types.ts";
import { isVisible, RECORD_ROW, type RecordRow, subjectOfRow, toRecordView } from "./record-row.ts";

const HISTORY_MAX = 50;
const RUNS_MAX = 5;
export const RECORD_SUBJECT = "record";

/** The record, if the actor may see it; 404 otherwise. */
export async function findVisibleRecord(tx: Tx, actor: Actor, id: string): Promise<RecordRow> {
  const row = await tx.dnsRecord.findUnique({ where: { id }, include: RECORD_ROW });
  if (!row || !isVisible(actor, row)) throw notFound("record");
  return row;
}

const readEvents = (id: string) =>
  db().auditEvent.findMany({
    where: { subjectType: RECORD_SUBJECT, subjectId: id },
    orderBy: { id: "desc" },
    take: HISTORY_MAX,
  });

type AuditRow = Awaited<ReturnType<typeof readEvents>>[number];

const toHistory = (event: AuditRow): RecordDetail["history"][number] => ({
  id: String(event.id),
  at: event.at.toISOString(),
  who: event.actorName,
  action: event.action,
  text: describeEvent(event.action, event.detail),
});

function readRunId({ detail }: AuditRow): number[] {
  const runId = typeof detail === "object" && detail !== null && "runId" in detail ? detail.runId : null;
  return typeof runId === "number" ? [runId] : [];
}

/** A record with what was done to it. */
export async function getRecord(actor: Actor, id: string): Promise<RecordDetail> {
  authorize(actor, "records.read");
  const row = await findVisibleRecord(db(), actor, id);
  const events = await readEvents(id);
  const runIds = [...new Set(events.flatMap(readRunId))].slice(0, RUNS_MAX);
  const runs = await db().run.findMany({ where: { id: { in: runIds } }, select: RUN_LINK, orderBy: { id: "desc" } });
  // Who did what, with the values of then, concerns those who answer for it.
  const isConcerned = may(actor, "records.edit", subjectOfRow(row)).ok || may(actor, "audit.read").ok;
  return {
    ...toRecordView(actor, row),
    runs: runs.map(toRunLink),
    history: isConcerned ? events.map(toHistory) : [],
  };
}
