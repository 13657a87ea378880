import { AppError, toAppError } from "#lib/platform/errors.ts";
import { defineStep } from "#lib/steps/define-step.ts";
import type { LedgerResource, PlanResult, StepContext, VerifyResult } from "#lib/steps/types.ts";
import { noteRestore } from "../commands/note-restore.ts";
import { KINDS } from "../constants.ts";
import { removeScratch, scratchName } from "../prove/scratch-container.ts";
import { type RestoreJob, readRestoreJob } from "../queries/read-restore-job.ts";
import { isSqlSource, parseDatabaseEntry } from "../restore/database-entry.ts";
import { isSqlKind } from "../restore/explain-not-restorable.ts";
import { dropRestored, type RestoredReport, restoreDatabase } from "../restore/restore-database.ts";
import { dropFolder, restoreFolder } from "../restore/restore-folder.ts";
import { type RestoreStepInput, restoreStepInputSchema } from "../schema/steps.ts";

interface RestoreOutput extends RestoredReport {
  restoreId: string;
  destination: string;
}

/** A restore point brought back beside the living data, compared with what the manifest says. */
export const backupsRestore = defineStep({
  name: "backups.restore",
  queue: "backups",
  input: restoreStepInputSchema,
  maxAttempts: 5,
  timeoutMs: 12 * 60 * 60_000,
  plan: planRestore,
  apply: applyRestore,
  verify: verifyRestore,
  undo: undoRestore,
});

async function planRestore(input: RestoreStepInput, ctx: StepContext): Promise<PlanResult> {
  const job = await readRestoreJob(input, ctx);
  return {
    changes: [
      {
        action: "create",
        kind: isSqlKind(job.manifest.engine) ? "database" : "folder",
        name: job.destination,
        detail: `filled from the point of ${job.manifest.startedAt}${job.mask ? ", masked" : ""}`,
      },
    ],
  };
}

async function applyRestore(input: RestoreStepInput, ctx: StepContext): Promise<RestoreOutput> {
  const job = await readRestoreJob(input, ctx);
  const done = ctx.checkpoint.get<RestoreOutput>();
  // What is done is never begun again: it may be somebody's living data by now.
  if (done) return noteDone(job, done, ctx);
  if (job.obstacle) throw new AppError({ code: "backups.not_restorable", message: job.obstacle });
  await removeScratch(scratchName(ctx), ctx); // Left by a try that was killed.
  await noteRestore(job.id, { state: "running", error: null, finished: false }, ctx);
  try {
    const output = { ...(await restore(job, ctx)), restoreId: job.id, destination: job.destination };
    await ctx.checkpoint.set(output);
    return await noteDone({ ...job, state: "running" }, output, ctx);
  } catch (error) {
    if (!ctx.signal.aborted) await noteRestore(job.id, { error: toAppError(error).message }, ctx);
    throw error;
  }
}

async function noteDone(job: RestoreJob, output: RestoreOutput, ctx: StepContext): Promise<RestoreOutput> {
  const { tables, compared, durationMs } = output;
  if (job.state === "running" || job.state === "failed")
    await noteRestore(
      job.id,
      { state: "restored", report: { ...job.notes, tables, compared }, durationMs, finished: true },
      ctx,
    );
  return output;
}

function restore(job: RestoreJob, ctx: StepContext): Promise<RestoredReport> {
  const { source } = job;
  if (isSqlSource(source)) return restoreDatabase(job, source, ctx);
  return restoreFolder(job, ctx);
}

async function verifyRestore(input: RestoreStepInput, ctx: StepContext): Promise<VerifyResult> {
  const job = await readRestoreJob(input, ctx);
  return job.state === "restored" || job.state === "swapped"
    ? { ok: true, reason: `${job.destination} was restored and compared with the backup.` }
    : { ok: false, reason: `${job.destination} is not restored: it is ${job.state}.` };
}

/** Only what the ledger says this restore made. */
async function undoRestore(resources: LedgerResource[], input: RestoreStepInput, ctx: StepContext): Promise<void> {
  for (const resource of resources) {
    const { kind, providerId } = resource;
    if (kind === KINDS.scratch) await removeScratch(providerId, ctx);
    if (kind === KINDS.database) {
      const { source, database } = parseDatabaseEntry(resource);
      await dropRestored(source, database, ctx);
      await ctx.ledger.gone(kind, providerId);
    }
    if (kind === KINDS.folder) {
      await dropFolder(resource, ctx);
      await ctx.ledger.gone(kind, providerId);
    }
  }
  const job = await readRestoreJob(input, ctx).catch(() => null);
  if (job && job.state !== "swapped") await noteRestore(job.id, { state: "removed" }, ctx);
}
