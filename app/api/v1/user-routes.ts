import { z } from "zod";
import { revokeSessionsOf } from "#lib/access/commands/revoke-sessions.ts";
import { setDisabled } from "#lib/access/commands/set-disabled.ts";
import { startViewing } from "#lib/access/commands/view-as.ts";
import { listUsers } from "#lib/access/queries/list-users.ts";
import { UserPage } from "#lib/access/schema.ts";
import { defineRoute } from "#lib/api/define-route.ts";

const params = z.object({ userId: z.uuid() });

const list = defineRoute({
  method: "GET",
  path: "/users",
  action: "users.list",
  summary: "People who ever signed in.",
  query: z.object({ q: z.string().max(100).default(""), after: z.string().max(63).default("") }),
  output: UserPage,
  handler: ({ actor, query }) => listUsers(actor, query),
});

const update = defineRoute({
  method: "PATCH",
  path: "/users/{userId}",
  action: "users.disable",
  summary: "Closes or opens somebody's account in the panel.",
  params,
  body: z.strictObject({ disabled: z.boolean() }),
  output: z.object({ disabled: z.boolean() }),
  handler: ({ actor, params: { userId }, body }) => setDisabled(actor, userId, body.disabled),
});

const revokeSessions = defineRoute({
  method: "DELETE",
  path: "/users/{userId}/sessions",
  action: "sessions.revokeOthers",
  summary: "Signs somebody out everywhere.",
  params,
  output: z.object({ revoked: z.number() }),
  handler: ({ actor, params: { userId } }) => revokeSessionsOf(actor, userId),
});

const viewAs = defineRoute({
  method: "POST",
  path: "/users/{userId}/view",
  action: "users.viewAs",
  summary:
    "Shows the panel as somebody else sees it, in this session, until it is ended. Nothing can be changed meanwhile.",
  params,
  output: z.object({ name: z.string() }),
  handler: ({ actor, params: { userId } }) => startViewing(actor, userId),
});

export const userRoutes = [list, update, revokeSessions, viewAs] as const;
