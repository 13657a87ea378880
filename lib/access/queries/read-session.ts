import { db } from "#lib/platform/db/client.ts";
import { notFound } from "#lib/platform/errors.ts";
import { type Action, authorize, mayEver, POLICY } from "../policy.ts";
import type { SessionView } from "../schema.ts";
import type { UserActor } from "../types.ts";

/** The session (or token) that speaks, with whom it speaks for. */
export async function readOwnSession(actor: UserActor): Promise<SessionView> {
  authorize(actor, "session.read");
  const where = { id: actor.sessionId };
  const select = { expiresAt: true, user: { select: { username: true } } };
  const row =
    actor.via === "session"
      ? await db().session.findUnique({ where, select })
      : await db().apiToken.findUnique({ where, select });
  if (!row) throw notFound("session");
  return {
    user: {
      id: actor.id,
      name: actor.name,
      email: actor.email,
      username: row.user.username,
      roles: [...actor.roles],
    },
    via: actor.via,
    lookedThroughBy: actor.lookedThroughBy ?? null,
    expiresAt: row.expiresAt.toISOString(),
    actions: (Object.keys(POLICY) as Action[]).filter((action) => mayEver(actor, action)),
  };
}
