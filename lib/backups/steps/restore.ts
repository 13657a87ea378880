import { AppError, toAppError } from "#lib/platform/errors.ts";
import { assertStillMay } from "#lib/runs/assert-still-may.ts";
import { defineStep } from "#lib/steps/define-step.ts";
import type { LedgerResource, PlanResult, StepContext, VerifyResult } from "#lib/steps/types.ts";
import { noteRestore } from "../commands/note-restore.ts";
import { isDatabaseKind, KINDS } from "../constants.ts";
import { removeScratch, scratchName } from "../prove/scratch-container.ts";
import { NO_RESTORE, type RestoreJob, readRestoreJob } from "../queries/read-restore-job.ts";
import { besideEntry, dropBeside } from "../restore/beside.ts";
import { isDatabaseSource } from "../restore/database-entry.ts";
import { type RestoredReport, restoreDatabase } from "../restore/restore-database.ts";
import { restoreFolder } from "../restore/restore-folder.ts";
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
        kind: isDatabaseKind(job.manifest.engine) ? "database" : "folder",
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
  await assertMayHave(job, ctx.run.requestedById);
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

/** The run may have waited for days, and either service may be somebody else's by now. */
async function assertMayHave({ serviceId, pointServiceId }: RestoreJob, requesterId: string | null): Promise<void> {
  await assertStillMay(requesterId, "backups.restore", serviceId);
  if (pointServiceId !== serviceId) await assertStillMay(requesterId, "backups.link", pointServiceId);
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
  if (isDatabaseSource(source)) return restoreDatabase(job, source, ctx);
  return restoreFolder(job, ctx);
}

async function verifyRestore(input: RestoreStepInput, ctx: StepContext): Promise<VerifyResult> {
  const job = await readRestoreJob(input, ctx);
  return job.state === "restored" || job.state === "swapped"
    ? { ok: true, reason: `${job.destination} was restored and compared with the backup.` }
    : { ok: false, reason: `${job.destination} is not restored: it is ${job.state}.` };
}

/**
 * Only what the ledger says this restore made. Where a swap that was undone has put what the app wrote since, it stays, out of the
 * ledger, until somebody removes this very restore.
 */
async function undoRestore(resources: LedgerResource[], input: RestoreStepInput, ctx: StepContext): Promise<void> {
  const job = await findRestoreJob(input, ctx);
  const isOnPurpose = job?.runId === ctx.run.id;
  const stays = job?.notes.holdsLiving === true && !isOnPurpose;
  for (const resource of resources) {
    const { kind, providerId, name } = resource;
    if (kind === KINDS.scratch) await removeScratch(providerId, ctx);
    if (kind !== KINDS.database && kind !== KINDS.folder) continue;
    if (stays) ctx.log.warn(`${name} stays: it has what the app wrote after the swap. Remove it on the backup's page.`);
    else await dropBeside(resource, ctx);
    await ctx.ledger.gone(kind, providerId);
  }
  if (!job || job.state === "swapped" || stays) return;
  if (job.notes.holdsLiving) await dropBeside(besideEntry(job.source, job.destination), ctx);
  await noteRestore(job.id, { state: "removed" }, ctx);
}

/** null: nothing is known of it, so only the ledger speaks. */
async function findRestoreJob(input: RestoreStepInput, ctx: StepContext): Promise<RestoreJob | null> {
  try {
    return await readRestoreJob(input, ctx);
  } catch (error) {
    if (error instanceof AppError && error.code === NO_RESTORE) return null;
    throw error;
  }
}
