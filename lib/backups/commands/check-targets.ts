import type { Actor } from "#lib/access/types.ts";
import { db } from "#lib/platform/db/client.ts";
import { transaction } from "#lib/platform/db/transaction.ts";
import { ringRun } from "#lib/runs/ring.ts";
import { ensureTargetCheck } from "./start-target-check.ts";

const SCHEDULE: Actor = { kind: "system", name: "backup schedule", requestId: "backup-schedule" };
const BATCH = 20;

/** Starts the daily look through every target that is used, once however many workers look. Returns its runs. */
export async function checkTargets(now: Date = new Date()): Promise<number[]> {
  const due = await db().backupTarget.findMany({
    where: { removedAt: null, nextCheckAt: { lte: now }, OR: [{ policies: { some: {} } }, { backups: { some: {} } }] },
    select: { id: true, name: true },
    orderBy: { nextCheckAt: "asc" },
    take: BATCH,
  });
  const started: number[] = [];
  for (const target of due) {
    const run = await transaction(async (tx) => {
      // Of several workers one holds the row; the others find it moved on.
      const mine = await tx.$queryRaw<{ id: string }[]>`
        SELECT id FROM BackupTarget WHERE id = ${target.id} AND nextCheckAt <= ${now} FOR UPDATE`;
      return mine.length === 0 ? null : ensureTargetCheck(tx, SCHEDULE, target, now);
    });
    if (!run?.created) continue;
    await ringRun(run.runId);
    started.push(run.runId);
  }
  return started;
}
