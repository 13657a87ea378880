import { authorize } from "#lib/access/policy.ts";
import type { UserActor } from "#lib/access/types.ts";
import { db } from "#lib/platform/db/client.ts";
import type { BlockedMatch } from "../constants.ts";
import type { BlockedNameList } from "../types.ts";

/** Words that only administrators may use in names. */
export async function listBlockedNames(actor: UserActor): Promise<BlockedNameList> {
  authorize(actor, "blockedNames.manage");
  const rows = await db().dnsBlockedName.findMany({ orderBy: [{ pattern: "asc" }, { match: "asc" }] });
  const people = await db().user.findMany({
    where: { id: { in: rows.flatMap((row) => row.createdById ?? []) } },
    select: { id: true, displayName: true },
  });
  const names = new Map(people.map((person) => [person.id, person.displayName]));
  return {
    items: rows.map(({ id, pattern, match, reason, createdById, createdAt }) => ({
      ...{ id, pattern, match: match as BlockedMatch, reason, createdAt: createdAt.toISOString() },
      createdBy: createdById ? { id: createdById, name: names.get(createdById) ?? "somebody" } : null,
    })),
  };
}
