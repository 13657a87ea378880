import { randomUUID } from "node:crypto";
import type { StepContext } from "#lib/steps/types.ts";
import type { BackupState, VerificationLevel } from "../constants.ts";
import type { Engine } from "../schema.ts";

/** The row of a backup, as the step writes it. Every write is fenced by the attempt's lease. */
export interface BackupDraft {
  id: string;
  path: string;
  serviceId: string;
  environment: string;
  engine: Engine;
}

/** The row exists before anything does; a second try finds it and begins again. */
export async function beginBackup(draft: BackupDraft, ctx: StepContext): Promise<void> {
  await ctx.write(async (tx) => {
    const begun = { state: "running" satisfies BackupState, error: null, finishedAt: null };
    await tx.backup.upsert({
      where: { id: draft.id },
      create: { ...draft, ...begun, target: "disk", stepId: ctx.step.id },
      update: begun,
    });
  });
}

export async function noteBackup(
  id: string,
  state: BackupState,
  values: {
    sizeBytes?: number;
    rawBytes?: number;
    sha256?: string;
    manifest?: object;
    error?: string;
    finished?: boolean;
  },
  ctx: StepContext,
): Promise<void> {
  const { finished, ...rest } = values;
  await ctx.write((tx) =>
    tx.backup.update({ where: { id }, data: { state, ...rest, ...(finished ? { finishedAt: new Date() } : {}) } }),
  );
}

export async function noteVerification(
  backupId: string,
  level: VerificationLevel,
  result: { ok: boolean; report: object; durationMs: number },
  ctx: StepContext,
): Promise<void> {
  await ctx.write((tx) =>
    tx.verification.create({
      data: { id: randomUUID(), backupId, level, ...result, durationMs: Math.round(result.durationMs) },
    }),
  );
}

export async function forgetBackup(path: string, ctx: StepContext): Promise<void> {
  await ctx.write(async (tx) => {
    await tx.verification.deleteMany({ where: { backup: { path } } });
    await tx.backup.deleteMany({ where: { path } });
  });
}
