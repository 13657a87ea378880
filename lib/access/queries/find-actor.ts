import { sha256 } from "#lib/platform/crypto.ts";
import { db } from "#lib/platform/db/client.ts";
import { may } from "../policy.ts";
import { type Account, readRoles } from "../roles.ts";
import type { UserActor } from "../types.ts";

/** How old "last seen" may be before a request writes it again. */
const SEEN_EVERY_MS = 60_000;

const USER = { select: { id: true, displayName: true, email: true, roles: true, disabledAt: true } } as const;

function toActor(
  user: Account,
  roles: UserActor["roles"],
  via: Pick<UserActor, "via" | "sessionId" | "requestId">,
): UserActor | null {
  if (user.disabledAt || roles.length === 0) return null;
  return { kind: "user", id: user.id, name: user.displayName, email: user.email, roles, ...via };
}

/** The person behind a session cookie, or null when it is unknown, over, revoked, or its account may not sign in. */
export async function findSessionActor(token: string, requestId: string): Promise<UserActor | null> {
  if (!/^[A-Za-z0-9_-]{43}$/.test(token)) return null;
  const session = await db().session.findUnique({
    where: { tokenHash: sha256(token) },
    select: { id: true, expiresAt: true, revokedAt: true, lastSeenAt: true, viewAsId: true, user: USER },
  });
  const now = new Date();
  if (!session || session.revokedAt || session.expiresAt <= now) return null;
  const actor = toActor(session.user, readRoles(session.user.roles), {
    via: "session",
    sessionId: session.id,
    requestId,
  });
  if (actor && now.getTime() - session.lastSeenAt.getTime() > SEEN_EVERY_MS)
    await db().session.updateMany({ where: { id: session.id, revokedAt: null }, data: { lastSeenAt: now } });
  return actor && session.viewAsId ? lookThrough(actor, session.viewAsId) : actor;
}

/**
 * The person an administrator looks at the panel as. When that person has no access any more it shows the administrator's own
 * pages, still without changing anything: it ends when it is ended.
 */
async function lookThrough(admin: UserActor, userId: string): Promise<UserActor> {
  if (!may(admin, "users.viewAs").ok) return admin;
  const user = await db().user.findUnique({ where: { id: userId }, ...USER });
  const { via, sessionId, requestId } = admin;
  const seen = user && toActor(user, readRoles(user.roles), { via, sessionId, requestId });
  return { ...(seen ?? admin), lookedThroughBy: { id: admin.id, name: admin.name } };
}

/** The person behind an API token, with those of its roles that the person still has. */
export async function findTokenActor(token: string, requestId: string): Promise<UserActor | null> {
  const found = await db().apiToken.findUnique({
    where: { tokenHash: sha256(token) },
    select: { id: true, roles: true, expiresAt: true, revokedAt: true, lastUsedAt: true, user: USER },
  });
  const now = new Date();
  if (!found || found.revokedAt || found.expiresAt <= now) return null;
  const granted = readRoles(found.roles);
  const roles = readRoles(found.user.roles).filter((role) => granted.includes(role));
  const actor = toActor(found.user, roles, { via: "token", sessionId: found.id, requestId });
  if (actor && now.getTime() - (found.lastUsedAt?.getTime() ?? 0) > SEEN_EVERY_MS)
    await db().apiToken.updateMany({ where: { id: found.id, revokedAt: null }, data: { lastUsedAt: now } });
  return actor;
}
