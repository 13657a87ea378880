import { randomUUID } from "node:crypto";
import { authorize } from "#lib/access/policy.ts";
import type { UserActor } from "#lib/access/types.ts";
import { recordAudit } from "#lib/audit/record.ts";
import { passWaiting } from "#lib/backups/commands/start-backup.ts";
import { refuseHalfSwapped } from "#lib/backups/queries/refuse-half-swapped.ts";
import { sourceKey } from "#lib/backups/sources/source-key.ts";
import { compileChecklist } from "#lib/checklists/compile.ts";
import { DATA_CHANGE, type DataChangeRun, PREVIEW_DATA_CHANGE } from "#lib/checklists/data-change.ts";
import { readDatabase, type ServiceDatabase } from "#lib/databases/queries/find-database.ts";
import { transaction } from "#lib/platform/db/transaction.ts";
import { conflict, invalid } from "#lib/platform/errors.ts";
import { createRun } from "#lib/runs/commands/create-run.ts";
import { ringRun } from "#lib/runs/ring.ts";
import { readArranged, readLastAnswers } from "#lib/templates/queries/read-published.ts";
import { assertSameDatabase } from "../approval/assert-same-database.ts";
import { type DataChangeRow, lockDataChange } from "../queries/find-data-change.ts";
import type { StartDataChange } from "../schema/input.ts";
import { assertMay } from "./assert-may.ts";

const TITLE_MAX = 200;

const toRunContext = (row: DataChangeRow, { policy, source }: ServiceDatabase): DataChangeRun => ({
  dataChangeId: row.id,
  policy: policy.name,
  database: `${source.databaseName} of ${row.service.name} (${row.environment})`,
});

function assertSealed(row: DataChangeRow): void {
  if (row.sealNow !== row.seal)
    throw conflict("dataChanges.changed", "What is stored is not what was approved.", "Save it again.");
}

/** Tries the statements of an approved data change in a transaction that is taken back. */
export async function previewDataChange(actor: UserActor, id: string): Promise<{ runId: number }> {
  authorize(actor, "dataChanges.carryOut");
  const { runId } = await transaction(async (tx) => {
    const row = await lockDataChange(id, tx);
    await assertMay(tx, actor, row, "preview");
    assertSealed(row);
    const database = await readDatabase(row, tx);
    assertSameDatabase(row, database);
    await refuseHalfSwapped(database.source, tx);
    const run = await createRun(tx, actor, {
      mode: "apply",
      checklist: { key: PREVIEW_DATA_CHANGE.key, version: PREVIEW_DATA_CHANGE.version },
      title: `Preview a data change of ${row.service.name}: ${row.title}`.slice(0, TITLE_MAX),
      ...{ serviceId: row.serviceId, environment: row.environment },
      startKey: `preview-data-change:${id}:${randomUUID()}`,
      exclusiveKey: `data-change:${id}`,
      steps: compileChecklist(PREVIEW_DATA_CHANGE, toRunContext(row, database)),
    });
    await tx.dataChange.update({ where: { id }, data: { previewRunId: run.runId } });
    await recordAudit(tx, actor, {
      action: "dataChanges.preview",
      subjectType: "dataChange",
      subjectId: id,
      detail: { service: row.service.name, environment: row.environment, title: row.title, runId: run.runId },
    });
    return run;
  });
  await ringRun(runId);
  return { runId };
}

/** Uses the approval: a backup that is proven, then the statements in one transaction. However many press, it is one run. */
export async function startDataChange(
  actor: UserActor,
  id: string,
  { seal, confirm }: StartDataChange,
): Promise<{ runId: number }> {
  authorize(actor, "dataChanges.carryOut");
  const { runId } = await transaction(async (tx) => {
    const row = await lockDataChange(id, tx);
    await assertMay(tx, actor, row, "carryOut");
    if (seal !== row.seal)
      throw conflict("dataChanges.other_text", "It was changed while you read it.", "Read the new text first.");
    assertSealed(row);
    if (confirm !== row.service.name) throw invalid({ confirm: `Type ${row.service.name}.` });
    const database = await readDatabase(row, tx);
    assertSameDatabase(row, database);
    await refuseHalfSwapped(database.source, tx);
    const exclusiveKey = sourceKey(database.source);
    await passWaiting(tx, exclusiveKey);
    const { checklist, pinned } = await readArranged(tx, DATA_CHANGE, await readLastAnswers(tx, row.serviceId));
    const run = await createRun(tx, actor, {
      mode: "apply",
      checklist: pinned,
      title: `Change data of ${row.service.name}: ${row.title}`.slice(0, TITLE_MAX),
      ...{ serviceId: row.serviceId, environment: row.environment },
      startKey: `data-change:${id}`,
      exclusiveKey,
      steps: compileChecklist(checklist, toRunContext(row, database)),
    });
    const used = await tx.dataChange.updateMany({
      where: { id, state: "approved", seal },
      data: { state: "running", runId: run.runId, carriedOutById: actor.id },
    });
    if (used.count !== 1) throw conflict("dataChanges.used", "Its approval was used: it is carried out once.");
    await recordAudit(tx, actor, {
      action: "dataChanges.carryOut",
      subjectType: "dataChange",
      subjectId: id,
      detail: { service: row.service.name, environment: row.environment, title: row.title, seal, runId: run.runId },
    });
    return run;
  });
  await ringRun(runId);
  return { runId };
}
