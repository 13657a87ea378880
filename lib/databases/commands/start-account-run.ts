import { randomUUID } from "node:crypto";
import type { UserActor } from "#lib/access/types.ts";
import { recordAudit } from "#lib/audit/record.ts";
import { compileChecklist } from "#lib/checklists/compile.ts";
import { DATABASE_ACCOUNT, type DatabaseAccountRun, titleOf } from "#lib/checklists/database-account.ts";
import type { Tx } from "#lib/platform/db/client.ts";
import { createRun } from "#lib/runs/commands/create-run.ts";
import type { AccountAct } from "../constants.ts";
import type { ServiceDatabase } from "../queries/find-database.ts";

interface About {
  account: { id: string; serviceId: string; environment: string; userName: string };
  serviceName: string;
  database: ServiceDatabase;
}

const AUDITED: Record<AccountAct, string> = {
  make: "readOnlyAccounts.make",
  rotate: "readOnlyAccounts.rotate",
  revoke: "readOnlyAccounts.revoke",
};

/** The run that brings an account into the database as it stands in the panel, and the audit event, in the caller's transaction. */
export async function startAccountRun(
  tx: Tx,
  actor: UserActor,
  act: AccountAct,
  { account, serviceName, database }: About,
): Promise<{ runId: number }> {
  const { id, serviceId, environment, userName } = account;
  const place = `${database.source.databaseName} of ${serviceName} (${environment})`;
  const about: DatabaseAccountRun = { accountId: id, act, userName, database: place };
  const { runId } = await createRun(tx, actor, {
    mode: "apply",
    checklist: { key: DATABASE_ACCOUNT.key, version: DATABASE_ACCOUNT.version },
    title: titleOf(about).slice(0, 200),
    ...{ serviceId, environment },
    startKey: `database-account:${id}:${act}:${randomUUID()}`,
    exclusiveKey: `database-account:${id}`,
    steps: compileChecklist(DATABASE_ACCOUNT, about),
  });
  await tx.readOnlyAccount.update({ where: { id }, data: { runId } });
  await recordAudit(tx, actor, {
    action: AUDITED[act],
    subjectType: "readOnlyAccount",
    subjectId: id,
    detail: { service: serviceName, environment, userName, runId },
  });
  return { runId };
}
