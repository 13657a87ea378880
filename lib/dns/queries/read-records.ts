import type { Tx } from "#lib/platform/db/client.ts";
import { readValues } from "./record-row.ts";

/** A record as the engine's own readers want it. */
export interface KeptRecord {
  name: string;
  type: string;
  ttl: number;
  values: string[];
  state: string;
  syncedAt: string | null;
}

/** The records the panel keeps for one service, without removed ones. Asks nobody: for steps and mail. */
export async function readRecords(tx: Tx, { serviceId }: { serviceId: string }): Promise<KeptRecord[]> {
  const rows = await tx.dnsRecord.findMany({
    where: { serviceId, state: { not: "removed" } },
    orderBy: [{ name: "asc" }, { type: "asc" }],
  });
  return rows.map(({ name, type, ttl, values, state, syncedAt }) => ({
    ...{ name, type, ttl, values: readValues(values), state },
    syncedAt: syncedAt?.toISOString() ?? null,
  }));
}
