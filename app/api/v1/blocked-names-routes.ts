import { z } from "zod";
import { defineRoute } from "#lib/api/define-route.ts";
import { blockName, unblockName } from "#lib/dns/commands/blocked-names.ts";
import { listBlockedNames } from "#lib/dns/queries/list-blocked-names.ts";
import { blockedNameInput, blockedNameList } from "#lib/dns/schema/blocked-names.ts";

const list = defineRoute({
  method: "GET",
  path: "/blocked-names",
  action: "blockedNames.manage",
  summary: "Words that only administrators may use in names.",
  output: blockedNameList,
  handler: ({ actor }) => listBlockedNames(actor),
});

const create = defineRoute({
  method: "POST",
  path: "/blocked-names",
  action: "blockedNames.manage",
  summary: "Blocks a word in new names.",
  body: blockedNameInput,
  output: z.object({ id: z.string() }),
  status: 201,
  handler: ({ actor, body }) => blockName(actor, body),
});

const remove = defineRoute({
  method: "DELETE",
  path: "/blocked-names/{blockedNameId}",
  action: "blockedNames.manage",
  summary: "Lets a word be used in names again.",
  params: z.object({ blockedNameId: z.uuid() }),
  output: z.object({ id: z.string() }),
  handler: ({ actor, params }) => unblockName(actor, params.blockedNameId),
});

export const blockedNamesRoutes = [list, create, remove] as const;
