import { db } from "#lib/platform/db/client.ts";
import { authorize } from "../policy.ts";
import { readRoles } from "../roles.ts";
import type { TokenView } from "../schema.ts";
import type { UserActor } from "../types.ts";

/** The actor's own tokens that still open something, newest first. */
export async function listTokens(actor: UserActor): Promise<TokenView[]> {
  authorize(actor, "tokens.manage");
  const rows = await db().apiToken.findMany({
    where: { userId: actor.id, revokedAt: null, expiresAt: { gt: new Date() } },
    select: { id: true, name: true, roles: true, createdAt: true, expiresAt: true, lastUsedAt: true },
    orderBy: { createdAt: "desc" },
    take: 100,
  });
  return rows.map((row) => ({
    id: row.id,
    name: row.name,
    roles: readRoles(row.roles),
    createdAt: row.createdAt.toISOString(),
    expiresAt: row.expiresAt.toISOString(),
    lastUsedAt: row.lastUsedAt?.toISOString() ?? null,
  }));
}
