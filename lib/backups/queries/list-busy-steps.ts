import { db } from "#lib/platform/db/client.ts";

/** Which of these steps are at work now. */
export async function listBusySteps(ids: readonly number[]): Promise<Set<number>> {
  const rows = await db().step.findMany({
    where: { id: { in: ids.filter(Number.isInteger) }, state: "running" },
    select: { id: true },
  });
  return new Set(rows.map(({ id }) => id));
}
