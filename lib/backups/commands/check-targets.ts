import type { Actor } from "#lib/access/types.ts";
import { CHECK_TARGET } from "#lib/checklists/backup.ts";
import { compileChecklist } from "#lib/checklists/compile.ts";
import { db } from "#lib/platform/db/client.ts";
import { transaction } from "#lib/platform/db/transaction.ts";
import { createRun } from "#lib/runs/commands/create-run.ts";
import { ringRun } from "#lib/runs/ring.ts";

const SCHEDULE: Actor = { kind: "system", name: "backup schedule", requestId: "backup-schedule" };
const DAY_MS = 86_400_000;
const BATCH = 20;

/** Starts the daily look through every target, once however many workers look. Returns the runs that this one started. */
export async function checkTargets(now: Date = new Date()): Promise<number[]> {
  const due = await db().backupTarget.findMany({
    where: { removedAt: null, nextCheckAt: { lte: now }, OR: [{ policies: { some: {} } }, { backups: { some: {} } }] },
    select: { id: true, name: true, nextCheckAt: true },
    orderBy: { nextCheckAt: "asc" },
    take: BATCH,
  });
  const started: number[] = [];
  for (const { id, name, nextCheckAt } of due) {
    const run = await transaction(async (tx) => {
      const exclusiveKey = `target:${id}`;
      if (await tx.run.findUnique({ where: { exclusiveKey }, select: { id: true } })) return null;
      const mine = await tx.backupTarget.updateMany({
        where: { id, nextCheckAt },
        data: { nextCheckAt: new Date(now.getTime() + DAY_MS) },
      });
      if (mine.count === 0) return null;
      return createRun(tx, SCHEDULE, {
        mode: "apply",
        checklist: { key: CHECK_TARGET.key, version: CHECK_TARGET.version },
        title: `Check the backup target ${name}`.slice(0, 200),
        ...{ serviceId: null, environment: null, exclusiveKey },
        startKey: `check-target:${id}:${nextCheckAt.getTime()}`,
        steps: compileChecklist(CHECK_TARGET, { targetId: id }),
      });
    });
    if (!run?.created) continue;
    await ringRun(run.runId);
    started.push(run.runId);
  }
  return started;
}
