import { randomBytes, randomUUID } from "node:crypto";
import { authorize } from "#lib/access/policy.ts";
import type { UserActor } from "#lib/access/types.ts";
import { generatePassword } from "#lib/platform/crypto.ts";
import type { Tx } from "#lib/platform/db/client.ts";
import { isDuplicate, transaction } from "#lib/platform/db/transaction.ts";
import { conflict, notFound } from "#lib/platform/errors.ts";
import { ringRun } from "#lib/runs/ring.ts";
import { deleteSecret, storeSecret } from "#lib/secrets/commands.ts";
import { readDatabase } from "../queries/find-database.ts";
import { findService } from "../queries/find-service.ts";
import { ACCOUNT_WITH, accountSecret, toAccountView } from "../queries/list-accounts.ts";
import type { NewAccount } from "../schema/account.ts";
import type { MadeAccount } from "../types.ts";
import { startAccountRun } from "./start-account-run.ts";

const PASSWORD_LENGTH = 32;
/** Short enough for every server with what follows. */
const NAME_PART_MAX = 20;

const taken = () =>
  conflict(
    "databases.account_present",
    "There is a read-only account for this database already.",
    "Give that one a new password, or revoke it first.",
  );

/** Makes somebody who may read a database and change nothing. The password is shown this once. */
export async function makeAccount(
  actor: UserActor,
  serviceName: string,
  { environment, purpose }: NewAccount,
): Promise<MadeAccount> {
  const password = generatePassword(PASSWORD_LENGTH);
  const id = randomUUID();
  const made = await transaction(async (tx) => {
    const service = await findService(tx, serviceName);
    authorize(actor, "readOnlyAccounts.manage", service.subject);
    const database = await readDatabase({ serviceId: service.id, environment }, tx);
    const userName = `${database.source.databaseName.slice(0, NAME_PART_MAX)}_ro_${randomBytes(2).toString("hex")}`;
    const account = {
      ...{ id, serviceId: service.id, environment, userName, purpose, requestedById: actor.id },
      ...{ scope: `${service.id}/${environment}`, state: "making" },
    };
    await tx.readOnlyAccount.create({ data: account });
    await storeSecret(tx, { name: accountSecret(id), value: password, serviceId: null });
    const { runId } = await startAccountRun(tx, actor, "make", { account, serviceName, database });
    return { row: await readRow(tx, id), runId };
  }).catch((error: unknown) => {
    throw isDuplicate(error) ? taken() : error;
  });
  await ringRun(made.runId);
  return { account: toAccountView(made.row), password, runId: made.runId };
}

const readRow = (tx: Tx, id: string) => tx.readOnlyAccount.findUniqueOrThrow({ where: { id }, include: ACCOUNT_WITH });

async function findAccount(tx: Tx, actor: UserActor, serviceName: string, accountId: string) {
  const service = await findService(tx, serviceName);
  authorize(actor, "readOnlyAccounts.manage", service.subject);
  await tx.$queryRaw`SELECT id FROM ReadOnlyAccount WHERE id = ${accountId} FOR UPDATE`;
  const account = await tx.readOnlyAccount.findFirst({
    where: { id: accountId, serviceId: service.id, state: { not: "revoked" } },
  });
  if (!account) throw notFound("read-only account");
  return { account, database: await readDatabase(account, tx) };
}

/** A new password in the place of the old one, which opens nothing from then on. Shown this once. */
export async function rotateAccount(actor: UserActor, serviceName: string, accountId: string): Promise<MadeAccount> {
  const password = generatePassword(PASSWORD_LENGTH);
  const made = await transaction(async (tx) => {
    const { account, database } = await findAccount(tx, actor, serviceName, accountId);
    const { runId } = await startAccountRun(tx, actor, "rotate", { account, serviceName, database });
    await storeSecret(tx, { name: accountSecret(accountId), value: password, serviceId: null });
    await tx.readOnlyAccount.update({ where: { id: accountId }, data: { state: "making", error: null } });
    return { row: await readRow(tx, accountId), runId };
  });
  await ringRun(made.runId);
  return { account: toAccountView(made.row), password, runId: made.runId };
}

/** Takes the account away and cuts off whoever is connected as it. */
export async function revokeAccount(
  actor: UserActor,
  serviceName: string,
  accountId: string,
): Promise<{ runId: number }> {
  const { runId } = await transaction(async (tx) => {
    const { account, database } = await findAccount(tx, actor, serviceName, accountId);
    const run = await startAccountRun(tx, actor, "revoke", { account, serviceName, database });
    await tx.readOnlyAccount.update({ where: { id: accountId }, data: { state: "revoking", error: null } });
    await deleteSecret(tx, accountSecret(accountId));
    return run;
  });
  await ringRun(runId);
  return { runId };
}
