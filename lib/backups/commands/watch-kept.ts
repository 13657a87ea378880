import { db } from "#lib/platform/db/client.ts";
import { transaction } from "#lib/platform/db/transaction.ts";
import { ringRun } from "#lib/runs/ring.ts";
import { tell } from "./tell-backup.ts";

const LONG_MS = 30 * 86_400_000;

/** What a swap has kept for a month was forgotten more likely than not: each reader is told once. Returns the runs that are new. */
export async function watchKept(now: Date = new Date()): Promise<number[]> {
  const kept = await db().restore.findMany({
    where: {
      ...{ state: "swapped", previous: { not: null }, givenUpAt: null },
      swappedAt: { lte: new Date(now.getTime() - LONG_MS) },
      service: { state: { notIn: ["retired", "decommissioning"] } },
    },
    include: { service: { select: { id: true, name: true, ownerId: true } }, backup: { select: { policy: true } } },
  });
  const told: number[] = [];
  for (const { id, service, environment, previous, backup } of kept) {
    const about = { service, environment, name: backup.policy };
    const runs = await transaction((tx) =>
      tell(tx, about, {
        template: "kept-long",
        key: `${id}:${previous}`,
        title: `Mail that ${previous} is still kept`,
        input: { restoreId: id },
      }),
    );
    for (const runId of runs) await ringRun(runId);
    told.push(...runs);
  }
  return told;
}
