import { db, Prisma, type Tx } from "#lib/platform/db/client.ts";

/** How long a removal, or the end of a failed try, may still be on its way: until then what is left belongs to it. */
const ENDING_MS = 24 * 60 * 60_000;

/** Backups that still have a claim on what lies in their folder: not those that were removed, or never came to be. */
const living = (targetId: string, now: Date) => {
  const recent = { gt: new Date(now.getTime() - ENDING_MS) };
  return {
    targetId,
    AND: [
      { OR: [{ removedAt: null }, { removedAt: recent }] },
      { OR: [{ state: { not: "failed" } }, { manifest: { not: Prisma.DbNull } }, { startedAt: recent }] },
    ],
  } satisfies Prisma.BackupWhereInput;
};

/** Every folder of a target that a backup names, whatever became of it. */
export async function listKnownFolders(targetId: string, now: Date): Promise<Set<string>> {
  const rows = await db().backup.findMany({ where: living(targetId, now), select: { key: true } });
  return new Set(rows.map(({ key }) => key));
}

/** The backup that names this key or a folder above it; null: nobody does. */
export async function findNamingBackup(
  tx: Tx,
  targetId: string,
  key: string,
  now: Date,
): Promise<{ id: string; key: string } | null> {
  const parts = key.split("/");
  const above = parts.map((_, at) => parts.slice(0, at + 1).join("/"));
  return tx.backup.findFirst({
    where: { ...living(targetId, now), key: { in: above } },
    select: { id: true, key: true },
  });
}

/** Points that were whole before `before`, a page at a time: what a listing begun then must have seen. */
export async function* listStoredPoints(targetId: string, before: Date) {
  let after: string | undefined;
  for (;;) {
    const rows = await db().backup.findMany({
      where: { targetId, state: { in: ["stored", "verified"] }, removedAt: null, finishedAt: { lt: before } },
      select: { id: true, key: true, manifest: true, missingAt: true },
      orderBy: { id: "asc" },
      take: 200,
      ...(after === undefined ? {} : { cursor: { id: after }, skip: 1 }),
    });
    yield* rows;
    after = rows.at(-1)?.id;
    if (rows.length < 200) return;
  }
}
