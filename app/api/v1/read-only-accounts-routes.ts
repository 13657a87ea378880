import { z } from "zod";
import { defineRoute } from "#lib/api/define-route.ts";
import { makeAccount, revokeAccount, rotateAccount } from "#lib/databases/commands/manage-accounts.ts";
import { listAccounts } from "#lib/databases/queries/list-accounts.ts";
import { accountList, madeAccount, newAccountSchema, startedAccount } from "#lib/databases/schema/account.ts";

const serviceParams = z.object({ serviceName: z.string().max(40) });
const accountParams = serviceParams.extend({ accountId: z.uuid() });

const list = defineRoute({
  method: "GET",
  path: "/services/{serviceName}/read-only-accounts",
  action: "readOnlyAccounts.read",
  summary: "Who may read a service's databases without changing them, and how they are reached. No passwords.",
  params: serviceParams,
  output: accountList,
  handler: ({ actor, params: { serviceName } }) => listAccounts(actor, serviceName),
});

const make = defineRoute({
  method: "POST",
  path: "/services/{serviceName}/read-only-accounts",
  action: "readOnlyAccounts.manage",
  summary: "Makes an account that may read one database. Its password is shown this once.",
  params: serviceParams,
  body: newAccountSchema,
  output: madeAccount,
  status: 201,
  handler: ({ actor, params: { serviceName }, body }) => makeAccount(actor, serviceName, body),
});

const rotate = defineRoute({
  method: "POST",
  path: "/services/{serviceName}/read-only-accounts/{accountId}/rotate",
  action: "readOnlyAccounts.manage",
  summary: "Gives the account a new password, which is shown this once; the old one opens nothing any more.",
  params: accountParams,
  output: madeAccount,
  handler: ({ actor, params: { serviceName, accountId } }) => rotateAccount(actor, serviceName, accountId),
});

const revoke = defineRoute({
  method: "DELETE",
  path: "/services/{serviceName}/read-only-accounts/{accountId}",
  action: "readOnlyAccounts.manage",
  summary: "Takes the account away and cuts off whoever is connected as it.",
  params: accountParams,
  output: startedAccount,
  handler: ({ actor, params: { serviceName, accountId } }) => revokeAccount(actor, serviceName, accountId),
});

export const readOnlyAccountsRoutes = [list, make, rotate, revoke] as const;
