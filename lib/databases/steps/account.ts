import { db } from "#lib/platform/db/client.ts";
import { AppError } from "#lib/platform/errors.ts";
import { deleteSecret } from "#lib/secrets/commands.ts";
import { findSecret } from "#lib/secrets/queries.ts";
import { defineStep } from "#lib/steps/define-step.ts";
import type { LedgerResource, PlanResult, StepContext, VerifyResult } from "#lib/steps/types.ts";
import { KINDS } from "../constants.ts";
import { withAccounts, withDatabase } from "../open-database.ts";
import { readDatabase } from "../queries/find-database.ts";
import { accountSecret } from "../queries/list-accounts.ts";
import { type AccountStepInput, accountStepInput } from "../schema/account.ts";

/** A user of a service's database that reads and changes nothing. */
export const databaseAccount = defineStep({
  name: "database.account",
  queue: "releases",
  input: accountStepInput,
  maxAttempts: 6,
  timeoutMs: 10 * 60_000,
  plan: planAccount,
  apply: applyAccount,
  verify: verifyAccount,
  undo: undoAccount,
});

const readAccount = (id: string) => db().readOnlyAccount.findUniqueOrThrow({ where: { id } });
type Account = Awaited<ReturnType<typeof readAccount>>;

async function planAccount({ accountId, act }: AccountStepInput): Promise<PlanResult> {
  const { userName } = await readAccount(accountId);
  const action = act === "make" ? "create" : act === "rotate" ? "change" : "remove";
  return { changes: [{ action, kind: "database account", name: userName, detail: "reads, changes nothing" }] };
}

interface AccountOutput {
  userName: string;
  /** What it could still change something with. */
  left: string[];
}

async function applyAccount({ accountId, act }: AccountStepInput, ctx: StepContext): Promise<AccountOutput> {
  const account = await readAccount(accountId);
  const { userName } = account;
  if (account.state === "revoked" || (account.state === "active" && act !== "revoke")) {
    ctx.log.info(`${userName} is as it should be`);
    return { userName, left: [] };
  }
  if (act !== "revoke") return { userName, left: await letRead(account, act, ctx) };
  await takeAway(account, ctx);
  return { userName, left: [] };
}

const entryOf = ({ userName }: Account, swarmService: string) => ({
  kind: KINDS.account,
  providerId: `${swarmService}/${userName}`,
  name: userName,
});

async function letRead(account: Account, act: "make" | "rotate", ctx: StepContext): Promise<string[]> {
  const { source } = await readDatabase(account);
  const secret = await findSecret(db(), accountSecret(account.id));
  if (!secret)
    throw new AppError({
      code: "databases.no_password",
      message: "The password that was made up for it is gone.",
      advice: "Give it a new password from the service's page.",
    });
  const password = secret.value.toString("utf8");
  ctx.redact(password);
  const entry = entryOf(account, source.swarmService);
  await ctx.ledger.plan(entry);
  await ctx.guard();
  const left = await withDatabase(source, ctx, (database) =>
    withAccounts(database, (server) => server.makeReader({ user: account.userName, password })),
  );
  await ctx.ledger.record(entry);
  await ctx.write(async (tx) => {
    const rotated = act === "rotate" ? { rotatedAt: new Date() } : {};
    await tx.readOnlyAccount.update({ where: { id: account.id }, data: { state: "active", error: null, ...rotated } });
    await deleteSecret(tx, accountSecret(account.id));
  });
  ctx.log.info(
    `${account.userName} may read ${source.databaseName}, and was granted nothing else. The panel has forgotten its password`,
  );
  if (left.length > 0)
    ctx.log.warn(
      `It could still change something with what everybody there may use: ${left.join(", ")}. Take EXECUTE from PUBLIC where that is wrong`,
    );
  return left;
}

async function takeAway(account: Account, ctx: StepContext): Promise<void> {
  const { source } = await readDatabase(account);
  const entry = entryOf(account, source.swarmService);
  // Its maker's entry becomes this step's, so that it can be closed here.
  await ctx.ledger.plan(entry);
  await ctx.guard();
  await withDatabase(source, ctx, (database) =>
    withAccounts(database, async (server) => {
      await server.drop(account.userName);
      if (await server.exists(account.userName)) throw new Error("the account is still there");
    }),
  );
  await ctx.ledger.gone(entry.kind, entry.providerId);
  await ctx.write((tx) => markRevoked(tx, account.id));
  ctx.log.info(`${account.userName} is gone, and whoever was connected as it was cut off`);
}

async function markRevoked(tx: Parameters<Parameters<StepContext["write"]>[0]>[0], id: string): Promise<void> {
  await tx.readOnlyAccount.update({
    where: { id },
    data: { state: "revoked", scope: null, revokedAt: new Date(), error: null },
  });
  await deleteSecret(tx, accountSecret(id));
}

async function verifyAccount({ accountId }: AccountStepInput, ctx: StepContext): Promise<VerifyResult> {
  const account = await readAccount(accountId);
  const { source } = await readDatabase(account);
  const there = await withDatabase(source, ctx, (database) =>
    withAccounts(database, (server) => server.exists(account.userName)),
  );
  const wanted = account.state !== "revoked";
  return {
    ok: there === wanted,
    reason: `The database ${there ? "has" : "has no"} account ${account.userName}.`,
  };
}

async function undoAccount(
  resources: LedgerResource[],
  { accountId }: AccountStepInput,
  ctx: StepContext,
): Promise<void> {
  if (resources.some(({ kind }) => kind === KINDS.account)) await takeAway(await readAccount(accountId), ctx);
}
