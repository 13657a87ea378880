import { randomUUID } from "node:crypto";
import { authorize } from "#lib/access/policy.ts";
import type { UserActor } from "#lib/access/types.ts";
import { recordAudit } from "#lib/audit/record.ts";
import type { BackupSource } from "#lib/backups/schema/source.ts";
import { sourceKey } from "#lib/backups/sources/source-key.ts";
import { readDatabase } from "#lib/databases/queries/find-database.ts";
import { Prisma, type Tx } from "#lib/platform/db/client.ts";
import { transaction } from "#lib/platform/db/transaction.ts";
import { conflict, invalid } from "#lib/platform/errors.ts";
import { PENDING_HOURS } from "#lib/releases/constants.ts";
import { findService } from "#lib/releases/queries/find-environment.ts";
import { readEditors } from "../approval/editors.ts";
import { sealOf } from "../approval/seal.ts";
import { type DataChangeRow, lockDataChange } from "../queries/find-data-change.ts";
import { getDataChange } from "../queries/get-data-change.ts";
import type { DraftTexts, EditDataChange, NewDataChange } from "../schema/input.ts";
import { reportTexts } from "../schema/input.ts";
import { nameProblems, readStatements } from "../statements/read-statements.ts";
import type { DataChangeView } from "../types.ts";
import { assertMay } from "./assert-may.ts";
import { tellTurn } from "./tell-turn.ts";

const inHours = (hours: number) => new Date(Date.now() + hours * 3_600_000);

const toTexts = ({ title, cause, problem, procedure, success, statements }: DraftTexts): DraftTexts => ({
  ...{ title, cause, problem, procedure, success, statements },
});

/** What a person wants to change of a service's data and why: a draft until it is proposed. */
export async function createDataChange(
  actor: UserActor,
  { serviceName, environment, ...texts }: NewDataChange,
): Promise<DataChangeView> {
  authorize(actor, "dataChanges.write");
  return transaction(async (tx) => {
    const service = await findService(serviceName, tx);
    const { source } = await readDatabase({ serviceId: service.id, environment }, tx);
    const place = { serviceId: service.id, environment, sourceKey: sourceKey(source) };
    checkStatements(texts.statements, source.kind);
    const id = randomUUID();
    await tx.dataChange.create({
      data: {
        ...{ id, ...place, ...texts, state: "draft", seal: sealOf({ ...place, ...texts }) },
        ...{ requestedById: actor.id, editorIds: [actor.id], expiresAt: inHours(PENDING_HOURS) },
      },
    });
    await recordAudit(tx, actor, {
      action: "dataChanges.create",
      subjectType: "dataChange",
      subjectId: id,
      detail: { service: serviceName, environment, title: texts.title },
    });
    return getDataChange(actor, id, tx);
  });
}

/** Beside the field, each with its line: what may not be run is not kept either. */
function checkStatements(script: string, kind: Parameters<typeof readStatements>[1]): void {
  if (script === "") return;
  const { problems } = readStatements(script, kind);
  if (problems.length > 0) throw invalid({ statements: nameProblems(problems) });
}

/** A change of the text voids its approval and its preview, and who made it may not approve it any more. */
export async function editDataChange(
  actor: UserActor,
  id: string,
  { version, ...texts }: EditDataChange,
): Promise<DataChangeView> {
  authorize(actor, "dataChanges.write");
  return transaction(async (tx) => {
    const row = await lockDataChange(id, tx);
    await assertMay(tx, actor, row, "edit");
    if (row.version !== version)
      throw conflict(
        "dataChanges.edited",
        "Somebody else has changed it since you opened it.",
        "Open it again; what you typed stays here until you leave.",
      );
    const { source } = await readDatabase(row, tx);
    checkStatements(texts.statements, source.kind);
    const place = { serviceId: row.serviceId, environment: row.environment, sourceKey: sourceKey(source) };
    const seal = sealOf({ ...place, ...texts });
    if (seal === row.seal) return getDataChange(actor, id, tx);
    const isDraft = row.state === "draft";
    if (!isDraft) assertWhole(texts);
    await tx.dataChange.update({
      where: { id },
      data: {
        ...{ ...texts, sourceKey: place.sourceKey, seal, version: { increment: 1 } },
        editorIds: [...new Set([...readEditors(row.editorIds), actor.id])],
        ...(isDraft ? {} : { state: "proposed", expiresAt: inHours(PENDING_HOURS) }),
        ...{ approvedById: null, approvedAt: null, approvalComment: null },
        ...{ preview: Prisma.DbNull, previewedAt: null, previewRunId: null },
      },
    });
    await audit(tx, actor, row, "edit", { voided: row.state === "approved" });
    if (!isDraft) await tellTurn(tx, id, "proposed");
    return getDataChange(actor, id, tx);
  });
}

function assertWhole(texts: DraftTexts): void {
  const checked = reportTexts.safeParse(toTexts(texts));
  if (checked.success) return;
  throw invalid(Object.fromEntries(checked.error.issues.map((issue) => [issue.path.join("."), issue.message])));
}

/** To the database that is the service's now: what a draft was begun for may have moved meanwhile. */
function bind(row: DataChangeRow, source: BackupSource) {
  const key = sourceKey(source);
  return { sourceKey: key, seal: sealOf({ ...row, sourceKey: key }) };
}

/** Lays it before somebody else. */
export async function proposeDataChange(actor: UserActor, id: string, version: number): Promise<DataChangeView> {
  authorize(actor, "dataChanges.write");
  return transaction(async (tx) => {
    const row = await lockDataChange(id, tx);
    await assertMay(tx, actor, row, "propose");
    if (row.version !== version)
      throw conflict("dataChanges.edited", "Somebody else has changed it since you opened it.");
    assertWhole(row);
    const { source } = await readDatabase(row, tx);
    checkStatements(row.statements, source.kind);
    const editorIds = [...new Set([...readEditors(row.editorIds), actor.id])];
    await tx.dataChange.update({
      where: { id },
      data: { state: "proposed", editorIds, expiresAt: inHours(PENDING_HOURS), ...bind(row, source) },
    });
    await audit(tx, actor, row, "propose");
    await tellTurn(tx, id, "proposed");
    return getDataChange(actor, id, tx);
  });
}

/** Nothing was done yet, and nothing will be. */
export async function cancelDataChange(actor: UserActor, id: string): Promise<DataChangeView> {
  authorize(actor, "dataChanges.read");
  return transaction(async (tx) => {
    const row = await lockDataChange(id, tx);
    await assertMay(tx, actor, row, "cancel");
    await tx.dataChange.update({ where: { id }, data: { state: "cancelled", finishedAt: new Date() } });
    await audit(tx, actor, row, "cancel");
    return getDataChange(actor, id, tx);
  });
}

const audit = (tx: Tx, actor: UserActor, row: DataChangeRow, verb: string, more: Prisma.InputJsonObject = {}) =>
  recordAudit(tx, actor, {
    action: `dataChanges.${verb}`,
    subjectType: "dataChange",
    subjectId: row.id,
    detail: { service: row.service.name, environment: row.environment, title: row.title, ...more },
  });
