import type { Actor } from "#lib/access/types.ts";
import { db } from "#lib/platform/db/client.ts";
import { transaction } from "#lib/platform/db/transaction.ts";
import { ringRun } from "#lib/runs/ring.ts";
import { passWaiting } from "./start-backup.ts";
import { ensureTargetCheck } from "./start-target-check.ts";

const SCHEDULE: Actor = { kind: "system", name: "backup schedule", requestId: "backup-schedule" };
const DAY_MS = 86_400_000;
const BATCH = 20;

/** Starts the daily look through every target that is used, once however many workers look. Returns its runs. */
export async function checkTargets(now: Date = new Date()): Promise<number[]> {
  const due = await db().backupTarget.findMany({
    where: { removedAt: null, nextCheckAt: { lte: now }, OR: [{ policies: { some: {} } }, { backups: { some: {} } }] },
    select: { id: true, name: true, nextCheckAt: true },
    orderBy: { nextCheckAt: "asc" },
    take: BATCH,
  });
  const started: number[] = [];
  for (const { nextCheckAt, ...target } of due) {
    const run = await transaction(async (tx) => {
      const mine = await tx.backupTarget.updateMany({
        where: { id: target.id, nextCheckAt },
        data: { nextCheckAt: new Date(now.getTime() + DAY_MS) },
      });
      if (mine.count === 0) return null;
      await passWaiting(tx, `target:${target.id}`);
      return ensureTargetCheck(tx, SCHEDULE, target);
    });
    if (!run) continue;
    await ringRun(run.runId);
    started.push(run.runId);
  }
  return started;
}
