import { type Action, authorize } from "#lib/access/policy.ts";
import type { UserActor } from "#lib/access/types.ts";
import { recordAudit } from "#lib/audit/record.ts";
import { db, type Prisma, type Tx } from "#lib/platform/db/client.ts";
import { transaction } from "#lib/platform/db/transaction.ts";
import { ringRun } from "#lib/runs/ring.ts";
import { findVisibleRecord, RECORD_SUBJECT } from "../queries/get-record.ts";
import { type RecordRow, subjectOfRow } from "../queries/record-row.ts";
import { assertVersion, lockRecord, lockZone } from "./lock-rows.ts";
import { requestSync } from "./request-sync.ts";

export interface Changed {
  data: Prisma.DnsRecordUncheckedUpdateInput;
  /** For the audit, besides name and type. */
  detail?: Prisma.InputJsonObject;
  /** Title of the run that brings it to Route 53; none: nothing changes there. */
  sync?: string;
}

/** What every single change of one record has in common: who may, what is held, what is noted, what is asked for. */
export async function changeRecord(
  actor: UserActor,
  id: string,
  action: Action,
  decide: (row: RecordRow, tx: Tx) => Changed | Promise<Changed>,
  seenVersion?: number,
): Promise<{ id: string }> {
  const { zoneId } = await findVisibleRecord(db(), actor, id);
  const runId = await transaction(async (tx) => {
    await lockZone(tx, zoneId);
    const row = await lockRecord(tx, id);
    authorize(actor, action, subjectOfRow(row));
    assertVersion(row, seenVersion);
    const { data, detail, sync } = await decide(row, tx);
    await tx.dnsRecord.update({ where: { id }, data: { ...data, version: { increment: 1 } } });
    const run = sync === undefined ? null : await requestSync(tx, actor, zoneId, sync);
    await recordAudit(tx, actor, {
      action,
      subjectType: RECORD_SUBJECT,
      subjectId: id,
      detail: { name: row.name, type: row.type, ...detail, ...(run ? { runId: run.runId } : {}) },
    });
    return run?.runId ?? null;
  });
  if (runId !== null) await ringRun(runId);
  return { id };
}
