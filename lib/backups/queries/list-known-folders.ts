import { db, type Tx } from "#lib/platform/db/client.ts";

/** How long a removal may still be on its way: until then what is left belongs to it. */
const REMOVING_MS = 24 * 60 * 60_000;

/** Backups that still have a claim on what lies in their folder. */
const living = (targetId: string, now: Date) => ({
  targetId,
  OR: [{ removedAt: null }, { removedAt: { gt: new Date(now.getTime() - REMOVING_MS) } }],
});

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
