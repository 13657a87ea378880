import { BACKUP, VERIFY_BACKUP } from "#lib/checklists/backup.ts";
import { db } from "#lib/platform/db/client.ts";
import { transaction } from "#lib/platform/db/transaction.ts";
import { toAppError } from "#lib/platform/errors.ts";
import { logger } from "#lib/platform/logger.ts";
import { ringRun } from "#lib/runs/ring.ts";
import { followWaitingRun, noteGood } from "./follow-backup-run.ts";
import { nameData } from "./name-data.ts";
import { tell } from "./tell-backup.ts";

const BATCH = 100;

/** One policy whose time is up: told once for each lapse, however many clocks see it. */
async function tellOverdue(policyId: string, overdueAt: Date, now: Date): Promise<number[]> {
  return transaction(async (tx) => {
    const policy = await tx.backupPolicy.findUnique({
      where: { id: policyId },
      include: { service: { select: { id: true, name: true, ownerId: true } } },
    });
    if (policy?.overdueAt?.getTime() !== overdueAt.getTime()) return [];
    const good = await tx.backup.findFirst({
      // What a clock that was ahead calls taken in the future says nothing of the time since.
      where: { policyId, state: { in: ["stored", "verified"] }, startedAt: { lte: now } },
      orderBy: { startedAt: "desc" },
      select: { startedAt: true },
    });
    if (good) await noteGood(tx, policy, good.startedAt);
    // Whoever writes the mark is the one who tells.
    const mine = await tx.backupPolicy.updateMany({
      where: { id: policyId, overdueAt, OR: [{ overdueToldAt: null }, { overdueToldAt: { not: overdueAt } }] },
      data: { overdueToldAt: overdueAt },
    });
    if (mine.count === 0) return [];
    return tell(tx, policy, {
      template: "backup-overdue",
      key: `${policyId}:${overdueAt.getTime()}`,
      title: `Mail that the backup of ${nameData(policy)} is overdue`,
      input: { policyId, overdueAt: overdueAt.toISOString() },
    });
  });
}

/**
 * The clock that nothing of the backups' own can stop: it runs where mails are sent and looks at rows alone, so that a schedule
 * that does not start, a worker that is gone or a target that hangs is noticed all the same.
 */
export async function watchOverdue(now: Date = new Date()): Promise<number[]> {
  const late = await db().backupPolicy.findMany({
    where: {
      ...{ removedAt: null, enabled: true, overdueAt: { lte: now } },
      OR: [{ serviceId: null }, { service: { state: { notIn: ["retired", "decommissioning"] } } }],
    },
    select: { id: true, overdueAt: true, overdueToldAt: true },
    orderBy: { overdueAt: "asc" },
  });
  const told: number[] = [];
  const untold = late.filter((row) => row.overdueToldAt?.getTime() !== row.overdueAt?.getTime()).slice(0, BATCH);
  for (const { id, overdueAt } of untold) {
    if (!overdueAt) continue;
    try {
      const runs = await tellOverdue(id, overdueAt, now);
      for (const runId of runs) await ringRun(runId);
      told.push(...runs);
    } catch (error) {
      logger.warn({ policyId: id, error: toAppError(error).message }, "overdue backup not told");
    }
  }
  return told;
}

/**
 * Backups that wait for a person, as on a full disk, have not ended, so that nothing followed from it yet. Whose data it is
 * hears of it like of any other failure; telling twice is telling once.
 */
export async function watchWaiting(): Promise<void> {
  const waiting = await db().run.findMany({
    where: { state: "waiting", mode: "apply", checklistKey: { in: [BACKUP.key, VERIFY_BACKUP.key] } },
    select: { id: true },
    orderBy: { id: "desc" },
    take: BATCH,
  });
  for (const { id } of waiting)
    await transaction((tx) => followWaitingRun(tx, id)).catch((error: unknown) =>
      logger.warn({ runId: id, error: toAppError(error).message }, "waiting backup not told"),
    );
}
