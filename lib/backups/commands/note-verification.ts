import { randomUUID } from "node:crypto";
import type { Tx } from "#lib/platform/db/client.ts";
import type { StepContext } from "#lib/steps/types.ts";
import { type BackupState, PROVEN_FROM, VERIFICATION_LEVELS, type VerificationLevel } from "../constants.ts";
import { lockPoint } from "./lock-point.ts";

/** One look at a stored backup. */
export interface Look {
  level: VerificationLevel;
  ok: boolean;
  /** What was compared and how it came out, one sentence; why it is not good when it is not. */
  summary: string;
  /** What a person may want to read besides: the differences, exit codes. */
  details?: Record<string, unknown>;
  durationMs: number;
}

interface PastLook {
  level: string;
  ok: boolean;
  durationMs: number;
  createdAt: Date;
}

export interface Standing {
  proven: VerificationLevel | null;
  provenAt: Date | null;
  restoreMs: number | null;
  /** The lowest level at which the last look found it bad; the app's own check does not make a backup bad. */
  broken: VerificationLevel | null;
}

/** What holds now: the highest level up to which the last look at each was good. Given in the order they were made. */
export function judgeLooks(looks: readonly PastLook[]): Standing {
  const latest = new Map(looks.map((look) => [look.level, look]));
  const standing: Standing = { proven: null, provenAt: null, restoreMs: null, broken: null };
  for (const level of VERIFICATION_LEVELS) {
    const look = latest.get(level);
    if (look?.ok !== true) break;
    standing.proven = level;
    standing.provenAt = look.createdAt;
    if (level === "restore") standing.restoreMs = look.durationMs;
  }
  standing.broken = VERIFICATION_LEVELS.find((level) => level !== "smoke" && latest.get(level)?.ok === false) ?? null;
  return standing;
}

/** Whether that much is "provably restorable". */
export const reachesProof = (proven: VerificationLevel | null) =>
  proven !== null && VERIFICATION_LEVELS.indexOf(proven) >= VERIFICATION_LEVELS.indexOf(PROVEN_FROM);

function chooseState(before: string, { proven, broken }: Standing): BackupState {
  if (broken) return "failed";
  if (reachesProof(proven)) return "verified";
  return before === "running" ? "running" : "stored";
}

/**
 * Writes looks at a backup, in the order they were made, and what follows from them: how much of it is proven, since when,
 * and whether it still counts as a backup. Nothing else writes these columns.
 */
export async function noteLooks(tx: Tx, backupId: string, looks: readonly Look[], stepId: number | null) {
  // Two that look at once: the second waits here, so that both see the same order.
  await lockPoint(tx, backupId);
  const backup = await tx.backup.findUniqueOrThrow({
    where: { id: backupId },
    select: { state: true, error: true, verifications: { orderBy: [{ createdAt: "asc" }] } },
  });
  const past: PastLook[] = [...backup.verifications];
  for (const { level, ok, summary, details, durationMs } of looks) {
    // Never at the time of the one before: their order says which is the last.
    const after = (past.at(-1)?.createdAt.getTime() ?? 0) + 1;
    const row = {
      level,
      ok,
      durationMs: Math.round(durationMs),
      createdAt: new Date(Math.max(Date.now(), after)),
    };
    await tx.verification.create({
      data: { ...row, id: randomUUID(), backupId, stepId, report: JSON.parse(JSON.stringify({ ...details, summary })) },
    });
    past.push(row);
  }
  const standing = judgeLooks(past);
  const { proven, provenAt, restoreMs } = standing;
  const state = chooseState(backup.state, standing);
  const bad = looks.findLast((look) => look.level === standing.broken && !look.ok);
  const error = state === "failed" ? (bad?.summary ?? backup.error) : null;
  await tx.backup.update({ where: { id: backupId }, data: { proven, provenAt, restoreMs, state, error } });
  return standing;
}

/** The same from a step: fenced by the attempt's lease. */
export const noteVerification = (backupId: string, looks: readonly Look[], ctx: StepContext): Promise<Standing> =>
  ctx.write((tx) => noteLooks(tx, backupId, looks, ctx.step.id));
