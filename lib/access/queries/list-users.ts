import { db } from "#lib/platform/db/client.ts";
import { authorize } from "../policy.ts";
import { readRoles } from "../roles.ts";
import type { UserPage } from "../schema.ts";
import type { UserActor } from "../types.ts";

const PAGE = 50;

/** People who ever signed in, by username, a page at a time. */
export async function listUsers(actor: UserActor, input: { q: string; after: string }): Promise<UserPage> {
  authorize(actor, "users.list");
  const { q, after } = input;
  const rows = await db().user.findMany({
    where: {
      username: { gt: after },
      ...(q
        ? { OR: [{ username: { contains: q } }, { email: { contains: q } }, { displayName: { contains: q } }] }
        : {}),
    },
    select: {
      id: true,
      displayName: true,
      email: true,
      username: true,
      roles: true,
      disabledAt: true,
      lastLoginAt: true,
      _count: {
        select: {
          sessions: { where: { revokedAt: null, expiresAt: { gt: new Date() } } },
          ownedServices: { where: { state: { not: "retired" } } },
          records: { where: { state: { not: "removed" } } },
          certificates: { where: { state: "issued" } },
        },
      },
    },
    orderBy: { username: "asc" },
    take: PAGE + 1,
  });
  const users = rows.slice(0, PAGE).map((row) => ({
    id: row.id,
    name: row.displayName,
    email: row.email,
    username: row.username,
    roles: readRoles(row.roles),
    disabled: row.disabledAt !== null,
    lastLoginAt: row.lastLoginAt?.toISOString() ?? null,
    sessions: row._count.sessions,
    services: row._count.ownedServices,
    records: row._count.records,
    certificates: row._count.certificates,
  }));
  return { users, total: await db().user.count(), next: rows.length > PAGE ? (users.at(-1)?.username ?? null) : null };
}
