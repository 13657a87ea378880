import { z } from "zod";
import { revokeSession } from "#lib/access/commands/revoke-sessions.ts";
import { stopViewing } from "#lib/access/commands/view-as.ts";
import { readOwnSession } from "#lib/access/queries/read-session.ts";
import { SessionView } from "#lib/access/schema.ts";
import { defineRoute } from "#lib/api/define-route.ts";
import { clearedSessionCookie } from "#lib/api/session-cookie.ts";

const readSession = defineRoute({
  method: "GET",
  path: "/session",
  action: "session.read",
  summary: "Who is signed in, and what they may do.",
  output: SessionView,
  handler: async ({ actor }) => readOwnSession(actor),
});

const endSession = defineRoute({
  method: "DELETE",
  path: "/session",
  action: "session.revoke",
  summary: "Signs out here, and says where to sign out of the identity provider, if it offers that.",
  output: z.object({ redirectTo: z.string() }),
  handler: async ({ actor, replyHeaders }) => {
    const { redirectTo } = await revokeSession(actor);
    replyHeaders.append("Set-Cookie", clearedSessionCookie());
    return { redirectTo };
  },
});

const endView = defineRoute({
  method: "DELETE",
  path: "/session/view",
  action: "session.stopViewing",
  summary: "Ends looking at the panel through another's eyes.",
  output: z.object({}),
  handler: async ({ actor }) => {
    await stopViewing(actor);
    return {};
  },
});

export const sessionRoutes = [readSession, endSession, endView] as const;
