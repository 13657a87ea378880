import { db, Prisma } from "#lib/platform/db/client.ts";

/** How long a removal, or the end of a failed try, may still be on its way: until then what is left belongs to it. */
const ENDING_MS = 24 * 60 * 60_000;

/** Backups that still have a claim on what lies in their folder: not those that were removed, or never came to be. */
function living(now: Date) {
  const recent = { gt: new Date(now.getTime() - ENDING_MS) };
  return {
    AND: [
      { OR: [{ removedAt: null }, { removedAt: recent }] },
      { OR: [{ state: { not: "failed" } }, { manifest: { not: Prisma.DbNull } }, { startedAt: recent }] },
    ],
  } satisfies Prisma.BackupWhereInput;
}

const OWNER = { id: true, key: true, targetId: true } as const;
export type Owner = Prisma.BackupGetPayload<{ select: typeof OWNER }>;

const nameOf = (key: string) => key.slice(key.lastIndexOf("/") + 1);
const endsIn = (path: string, end: string) => path === end || path.endsWith(`/${end}`);

/**
 * Whose an object of this target is, asked of the rows that are there now. Two targets may reach the same place, or one a folder
 * of the other: there a backup's objects have longer or shorter keys than its own target calls them by.
 */
export async function readOwners(targetId: string, now: Date): Promise<(objectKey: string) => Owner | null> {
  const owners = await db().backup.findMany({ where: living(now), select: OWNER });
  const byName = Map.groupBy(owners, ({ key }) => nameOf(key));
  const isAt = (owner: Owner, path: string) =>
    owner.key === path || (owner.targetId !== targetId && (endsIn(path, owner.key) || endsIn(owner.key, path)));
  return (objectKey) => {
    const parts = objectKey.split("/");
    for (const [at, name] of parts.entries()) {
      const found = byName.get(name)?.find((owner) => isAt(owner, parts.slice(0, at + 1).join("/")));
      if (found) return found;
    }
    return null;
  };
}

/** Those of these backups that still have a claim on their objects, in any target. */
export const listLiving = (ids: readonly string[], now: Date): Promise<Owner[]> =>
  db().backup.findMany({ where: { id: { in: [...ids] }, ...living(now) }, select: OWNER });
