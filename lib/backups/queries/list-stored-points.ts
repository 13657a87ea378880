import { db } from "#lib/platform/db/client.ts";

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
