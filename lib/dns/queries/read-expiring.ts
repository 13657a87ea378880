import type { Tx } from "#lib/platform/db/client.ts";
import { restorableUntil } from "./record-row.ts";

export interface ExpiringRecord {
  id: string;
  name: string;
  type: string;
  expiresAt: Date;
  /** Until when it can come back; null while it is there. */
  restorableUntil: Date | null;
}

/** Records that a mail is about, as they are when it is sent. Asks nobody: for steps. */
export async function readExpiring(
  tx: Tx,
  recordIds: readonly string[],
  state: "there" | "gone",
): Promise<ExpiringRecord[]> {
  const gone = ["removing", "removed"];
  const rows = await tx.dnsRecord.findMany({
    where: {
      id: { in: [...recordIds] },
      expiresAt: { not: null },
      ...(state === "gone" ? { state: { in: gone }, removedReason: "expired" } : { state: { notIn: gone } }),
    },
    orderBy: [{ expiresAt: "asc" }, { name: "asc" }],
  });
  return rows.flatMap(({ id, name, type, expiresAt, state: now, removedAt }) =>
    expiresAt
      ? [
          {
            id,
            name,
            type,
            expiresAt,
            restorableUntil: restorableUntil({ state: now === "removing" ? "removed" : now, removedAt }),
          },
        ]
      : [],
  );
}
