import type { Actor } from "#lib/access/types.ts";
import { VERIFY_BACKUP } from "#lib/checklists/backup.ts";
import { compileChecklist } from "#lib/checklists/compile.ts";
import { db, type Tx } from "#lib/platform/db/client.ts";
import { transaction } from "#lib/platform/db/transaction.ts";
import { toAppError } from "#lib/platform/errors.ts";
import { logger } from "#lib/platform/logger.ts";
import { createRun } from "#lib/runs/commands/create-run.ts";
import { ringRun } from "#lib/runs/ring.ts";
import type { RunHook } from "#lib/runs/types.ts";
import { findPolicyById, type PolicyRow } from "../queries/find-policy.ts";
import { nextStart, type Schedule, startsUntil } from "../schedule/cron.ts";
import { sourceKey } from "../sources/source-key.ts";
import { cancelPassed, listPassed } from "./cancel-passed.ts";
import { verifySchedule } from "./check-policy.ts";
import { nameData } from "./name-data.ts";
import { noteMissed } from "./note-missed.ts";
import { passWaiting, startBackup } from "./start-backup.ts";
import { tellMissed } from "./tell-backup.ts";

const SCHEDULE: Actor = { kind: "system", name: "backup schedule", requestId: "backup-schedule" };
const BATCH = 50;
/** So many times that nobody was there for get a row; of a longer absence the newest. */
const MISSED_MOST = 50;
const NOBODY = "Nobody was there to start it: no worker for backups was running.";

const PRESENT = {
  removedAt: null,
  enabled: true,
  OR: [{ serviceId: null }, { service: { state: { notIn: ["retired", "decommissioning"] } } }],
};

const scheduleOf = ({ id, cron, timeZone, jitterMinutes }: PolicyRow): Schedule => ({
  ...{ id, cron, timeZone, jitterMinutes },
});

/** Of several workers that see the same time one moves it on, and goes on. */
const moveOn = async (tx: Tx, id: string, from: Date, to: Date | null) =>
  (await tx.backupPolicy.updateMany({ where: { id, nextAt: from, removedAt: null }, data: { nextAt: to } })).count > 0;

/** Written down and told; the runs that tell it. */
async function missThem(tx: Tx, policy: PolicyRow, dues: readonly Date[], reason: string, now: Date) {
  const missed = await noteMissed(tx, policy, dues, reason, now);
  return missed.length > 0 ? tellMissed(tx, policy, missed) : [];
}

/**
 * While another run reads or replaces the same data a backup waits: it stays due. Times that come meanwhile are one, and those
 * given up have a row that says so.
 */
async function waitForOther(
  tx: Tx,
  policy: PolicyRow,
  seen: Date,
  dues: readonly Date[],
  other: { id: number; title: string },
  now: Date,
): Promise<number[]> {
  const newest = dues.at(-1) ?? seen;
  if (newest.getTime() === seen.getTime() || !(await moveOn(tx, policy.id, seen, newest))) return [];
  const reason = `Run ${other.id} (${other.title}) was still at work on the same data.`;
  return missThem(tx, policy, dues.slice(0, -1), reason, now);
}

interface Started {
  runs: number[];
  /** Backups before it that wait for a person. */
  passed: number[];
}
const justTold = (runs: number[]): Started => ({ runs, passed: [] });

/** One policy that is due: the newest of its times is run now, earlier ones were missed. */
async function startOne(policyId: string, seen: Date, now: Date): Promise<Started> {
  return transaction(async (tx) => {
    const policy = await findPolicyById(policyId, tx);
    if (!policy?.nextAt || policy.nextAt.getTime() !== seen.getTime()) return justTold([]);
    const schedule = scheduleOf(policy);
    const dues = startsUntil(schedule, seen, now, MISSED_MOST + 1);
    const dueAt = dues.at(-1) ?? seen;
    const exclusiveKey = sourceKey(policy.source);
    await passWaiting(tx, exclusiveKey);
    const other = await tx.run.findUnique({ where: { exclusiveKey }, select: { id: true, title: true } });
    if (other) return justTold(await waitForOther(tx, policy, seen, dues, other, now));
    if (!(await moveOn(tx, policyId, seen, nextStart(schedule, now)))) return justTold([]);
    const told = await missThem(tx, policy, dues.slice(0, -1), NOBODY, now);
    const startKey = `backup:${policyId}:${dueAt.getTime()}`;
    const run = await startBackup(tx, SCHEDULE, policyId, { trigger: "schedule", dueAt, startKey });
    return { runs: [...(run.created ? [run.runId] : []), ...told], passed: await listPassed(tx, policyId) };
  });
}

/**
 * Starts every backup that is due, each once however many workers look. Returns the runs that this one started. `hooks` learn of those
 * before it that waited for a person and are cancelled for it.
 */
export async function startDue(now: Date = new Date(), hooks: readonly RunHook[] = []): Promise<number[]> {
  const due = await db().backupPolicy.findMany({
    where: { ...PRESENT, nextAt: { lte: now } },
    select: { id: true, nextAt: true },
    orderBy: { nextAt: "asc" },
    take: BATCH,
  });
  return startEach(
    due.map((row) => ({ id: row.id, at: row.nextAt })),
    "backup not started",
    async (id, at) => {
      const { runs, passed } = await startOne(id, at, now);
      await cancelPassed(SCHEDULE, passed, hooks);
      return runs;
    },
  );
}

async function startEach(
  due: readonly { id: string; at: Date | null }[],
  failure: string,
  start: (id: string, at: Date) => Promise<number[]>,
): Promise<number[]> {
  const started: number[] = [];
  for (const { id, at } of due) {
    if (!at) continue;
    try {
      const runs = await start(id, at);
      for (const runId of runs) await ringRun(runId);
      started.push(...runs);
    } catch (error) {
      // The others shall not wait for this one.
      logger.warn({ id, error: toAppError(error).message }, failure);
    }
  }
  return started;
}

/** One policy whose points are to be proven by themselves; one at a time, and a time missed is made up for once. */
async function verifyOne(policyId: string, seen: Date, now: Date): Promise<number[]> {
  return transaction(async (tx) => {
    const policy = await findPolicyById(policyId, tx);
    if (!policy) return [];
    const exclusiveKey = `verify:${policyId}`;
    await passWaiting(tx, exclusiveKey);
    if (await tx.run.findUnique({ where: { exclusiveKey }, select: { id: true } })) return [];
    const mine = await tx.backupPolicy.updateMany({
      where: { id: policyId, nextVerifyAt: seen, removedAt: null },
      data: { nextVerifyAt: nextStart(verifySchedule(policyId, policy), now) },
    });
    if (mine.count === 0) return [];
    const points = await tx.backup.count({
      where: { policyId, state: { in: ["stored", "verified"] }, removedAt: null, missingAt: null },
    });
    if (points === 0) return [];
    const which =
      policy.verification.randomOlder && points > 1 ? (["newest", "random-older"] as const) : (["newest"] as const);
    const run = await createRun(tx, SCHEDULE, {
      mode: "apply",
      checklist: { key: VERIFY_BACKUP.key, version: VERIFY_BACKUP.version },
      title: `Prove backups of ${nameData(policy)}`.slice(0, 200),
      ...{ serviceId: policy.serviceId, environment: policy.environment, exclusiveKey },
      startKey: `verify:${policyId}:${seen.getTime()}`,
      steps: compileChecklist(VERIFY_BACKUP, { policy: policy.name, which }),
    });
    return run.created ? [run.runId] : [];
  });
}

/** Starts every proof that a schedule asks for. */
export async function startVerifications(now: Date = new Date()): Promise<number[]> {
  const due = await db().backupPolicy.findMany({
    where: { ...PRESENT, nextVerifyAt: { lte: now } },
    select: { id: true, nextVerifyAt: true },
    orderBy: { nextVerifyAt: "asc" },
    take: BATCH,
  });
  return startEach(
    due.map((row) => ({ id: row.id, at: row.nextVerifyAt })),
    "proof not started",
    (id, at) => verifyOne(id, at, now),
  );
}
