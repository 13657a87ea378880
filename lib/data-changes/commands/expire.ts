import { db } from "#lib/platform/db/client.ts";

/** What waited too long for its approval or its start is over. Any number of workers may. */
export async function expireDataChanges(now = new Date()): Promise<void> {
  await db().dataChange.updateMany({
    where: { state: { in: ["proposed", "approved"] }, expiresAt: { lte: now } },
    data: { state: "expired", finishedAt: now },
  });
}
