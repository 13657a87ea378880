import type { Actor } from "#lib/access/types.ts";
import { BACKUP, VERIFY_BACKUP } from "#lib/checklists/backup.ts";
import type { Tx } from "#lib/platform/db/client.ts";
import { lockRun } from "#lib/runs/commands/lock-run.ts";
import { isFinished } from "#lib/runs/run-state.ts";
import type { RunHookInfo } from "#lib/runs/types.ts";
import { nextStart, overdueAfter } from "../schedule/cron.ts";
import { followProofs, PROOF_STEP } from "./follow-proofs.ts";
import { nameData } from "./name-data.ts";
import { noteAnomaly } from "./note-anomaly.ts";
import { noteUnbegun } from "./note-missed.ts";
import { pingWatcher } from "./ping-watcher.ts";
import { tell, tellFailed, tellMissed } from "./tell-backup.ts";

const BACKUPS: Actor = { kind: "system", name: "backups", requestId: "backups" };

const WITH_POLICY = {
  backupPolicy: { include: { service: { select: { id: true, name: true, ownerId: true } } } },
} as const;
const findBackups = (tx: Tx, where: { id?: { in: string[] }; stepId?: { in: number[] } }) =>
  tx.backup.findMany({ where, include: WITH_POLICY, orderBy: { startedAt: "asc" } });
type Row = Awaited<ReturnType<typeof findBackups>>[number];
type Policy = NonNullable<Row["backupPolicy"]>;

const isGood = (row: Pick<Row, "state">) => row.state === "stored" || row.state === "verified";

/** Something good arrived: the next is expected after its schedule's next time. */
export async function noteGood(tx: Tx, policy: Policy, startedAt: Date): Promise<void> {
  // A worker's clock that is ahead must not move the alarm beyond the next start.
  const from = new Date(Math.min(startedAt.getTime(), Date.now()));
  const next = policy.enabled && !policy.removedAt ? nextStart(policy, from) : null;
  const overdueAt = overdueAfter(next, policy.graceMinutes);
  if (!overdueAt || (policy.overdueAt && policy.overdueAt >= overdueAt)) return;
  await tx.backupPolicy.update({ where: { id: policy.id }, data: { overdueAt } });
}

async function followGood(tx: Tx, row: Row, policy: Policy): Promise<void> {
  await noteGood(tx, policy, row.startedAt);
  const anomaly = await noteAnomaly(tx, { ...row, policyId: policy.id });
  if (anomaly === null) return;
  await tell(tx, policy, {
    template: "backup-anomaly",
    key: row.id,
    title: `Mail that the backup of ${nameData(policy)} is unlike those before`,
    input: { backupId: row.id },
  });
}

/** Looks of this run that found a point bad, whether it was taken just now or long ago. Returns the points and the steps. */
async function tellDisproved(tx: Tx, stepIds: number[]) {
  const bad = await tx.verification.findMany({
    where: { stepId: { in: stepIds }, ok: false },
    select: { id: true, backupId: true, stepId: true },
    orderBy: { createdAt: "asc" },
  });
  const rows = await findBackups(tx, { id: { in: bad.map((look) => look.backupId) } });
  for (const row of rows) {
    const look = bad.findLast((one) => one.backupId === row.id);
    if (!row.backupPolicy || !look) continue;
    await tell(tx, row.backupPolicy, {
      template: "backup-disproved",
      key: look.id,
      title: `Mail that a backup of ${nameData(row.backupPolicy)} was disproved`,
      input: { verificationId: look.id },
    });
  }
  return { points: new Set(rows.map((row) => row.id)), steps: new Set(bad.flatMap((look) => look.stepId ?? [])) };
}

/**
 * What follows when a run that took or proved backups ends: what is expected next, what is odd, who has to hear of it. Called
 * in the transaction that ends the run; safe to call twice.
 */
export async function followBackupRun(tx: Tx, run: RunHookInfo): Promise<void> {
  if (run.mode !== "apply" || !isFinished(run.state)) return;
  await endCutOff(tx, run);
  await followEnd(tx, run);
}

/** A step that was cancelled writes nothing more: what it had begun is said to be over here. */
async function endCutOff(tx: Tx, run: RunHookInfo): Promise<void> {
  const steps = await tx.step.findMany({ where: { runId: run.id, name: "backups.take" }, select: { id: true } });
  if (steps.length === 0) return;
  await tx.backup.updateMany({
    where: { stepId: { in: steps.map((step) => step.id) }, state: "running" },
    data: { state: "failed", error: `Its run ended (${run.state}) before it was stored.`, finishedAt: new Date() },
  });
}

/** The same for a run that waits for a person: to who looks after the data it has failed. Safe to repeat. */
export async function followWaitingRun(tx: Tx, runId: number): Promise<void> {
  const run = await lockRun(tx, runId);
  // Somebody may have let it go on meanwhile.
  if (run?.state === "waiting") await followEnd(tx, { ...run, state: "failed" });
}

async function followEnd(tx: Tx, run: RunHookInfo): Promise<void> {
  const steps = await tx.step.findMany({
    where: { runId: run.id, name: { in: ["backups.take", "backups.verify"] } },
    select: { ...PROOF_STEP, name: true },
  });
  if (steps.length === 0) return;
  const stepIds = steps.map((step) => step.id);
  const takes = steps.filter((step) => step.name === "backups.take");
  await noteUnbegun(tx, run, takes);
  const disproved = await tellDisproved(tx, stepIds);
  const proofs = steps.filter((step) => step.name === "backups.verify");
  const unproven = await followProofs(tx, run, proofs, disproved.steps);
  const rows = await findBackups(tx, { stepId: { in: stepIds } });
  // Of a step's several only the last says how it ended.
  for (const row of new Map(rows.map((row) => [row.stepId, row])).values()) {
    const policy = row.backupPolicy;
    if (!policy) continue;
    if (isGood(row)) await followGood(tx, row, policy);
    else if (row.state === "missed") await tellMissed(tx, policy, [row.id]);
    else if (run.state === "failed" && !disproved.points.has(row.id)) await tellFailed(tx, policy, row.id);
    const isSuccess = run.state === "succeeded" && unproven.every(({ id }) => id !== policy.id);
    if (run.checklistKey === BACKUP.key) await pingWatcher(tx, BACKUPS, policy, run.id, isSuccess ? "success" : "fail");
  }
  // No backup was begun here, so the watcher hears of nothing but that proofs stop.
  if (run.checklistKey === VERIFY_BACKUP.key)
    for (const policy of unproven) await pingWatcher(tx, BACKUPS, policy, run.id, "fail");
}
