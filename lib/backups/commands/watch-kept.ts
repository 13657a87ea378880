import { db } from "#lib/platform/db/client.ts";
import { transaction } from "#lib/platform/db/transaction.ts";
import { ringRun } from "#lib/runs/ring.ts";
import { tell } from "./tell-backup.ts";

const LONG_MS = 30 * 86_400_000;

/**
 * What a swap has kept for a month, or a restore has put beside, was forgotten more likely than not: each reader is told once. Returns
 * the runs that are new.
 */
export async function watchKept(now: Date = new Date()): Promise<number[]> {
  const long = { lte: new Date(now.getTime() - LONG_MS) };
  const kept = await db().restore.findMany({
    where: {
      givenUpAt: null,
      OR: [
        { state: "swapped", previous: { not: null }, swappedAt: long },
        { state: "restored", finishedAt: long },
      ],
      service: { state: { notIn: ["retired", "decommissioning"] } },
    },
    include: { service: { select: { id: true, name: true, ownerId: true } }, backup: { select: { policy: true } } },
  });
  const told: number[] = [];
  for (const { id, service, environment, state, previous, destination, backup } of kept) {
    const standing = state === "swapped" ? previous : destination;
    const about = { service, environment, name: backup.policy };
    const runs = await transaction((tx) =>
      tell(tx, about, {
        template: "kept-long",
        key: `${id}:${standing}`,
        title: `Mail that ${standing} is still kept`,
        input: { restoreId: id },
      }),
    );
    for (const runId of runs) await ringRun(runId);
    told.push(...runs);
  }
  return told;
}
