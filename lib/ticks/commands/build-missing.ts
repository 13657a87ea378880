import { db } from "#lib/platform/db/client.ts";
import { transaction } from "#lib/platform/db/transaction.ts";
import { rebuildTicks } from "./rebuild-ticks.ts";

const BATCH = 20;

/** Gives ticks to live services that have none yet: those that were provisioned before there were any. */
export async function buildMissing(): Promise<number> {
  const rows = await db().service.findMany({
    where: { state: "live", ticksDueAt: null },
    select: { id: true },
    orderBy: { name: "asc" },
    take: BATCH,
  });
  for (const { id } of rows) await transaction((tx) => rebuildTicks(tx, id));
  return rows.length;
}
