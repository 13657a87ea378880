import type { ServiceDatabase } from "#lib/databases/queries/find-database.ts";
import { readDatabase } from "#lib/databases/queries/find-database.ts";
import { AppError } from "#lib/platform/errors.ts";
import { assertSameDatabase } from "../approval/assert-same-database.ts";
import { readEditors } from "../approval/editors.ts";
import { type DataChangeRow, readDataChange } from "../queries/find-data-change.ts";
import { type ReadStatement, readStatements } from "../statements/read-statements.ts";

export interface CheckedChange {
  change: DataChangeRow;
  database: ServiceDatabase;
  statements: ReadStatement[];
}

const refuse = (code: string, message: string, advice: string) =>
  new AppError({ code: `dataChanges.${code}`, message, advice, retry: "permanent", status: 409 });

/** Whether what is stored is what somebody else approved, asked again by whoever is about to act. */
export async function checkChange(id: string): Promise<CheckedChange> {
  const change = await readDataChange(id);
  const authors = new Set([change.requestedById, ...readEditors(change.editorIds)]);
  if (change.sealNow !== change.seal)
    throw refuse("changed", "What is stored is not what was approved.", "Edit it and have it approved again.");
  if (!change.approvedById || !change.approvedAt || authors.has(change.approvedById))
    throw refuse("not_approved", "Nobody else has approved this text.", "Have it approved by somebody else.");
  const database = await readDatabase(change);
  assertSameDatabase(change, database);
  const { statements, problems } = readStatements(change.statements, database.source.kind);
  const [problem] = problems;
  if (problem)
    throw refuse("not_runnable", `Line ${problem.line}: ${problem.message}`, "Edit it and have it approved again.");
  return { change, database, statements };
}
