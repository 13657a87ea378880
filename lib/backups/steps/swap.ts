import { AppError } from "#lib/platform/errors.ts";
import { assertStillMay } from "#lib/runs/assert-still-may.ts";
import { LeaseLost, WorkerStopping } from "#lib/runs/interrupts.ts";
import { defineStep } from "#lib/steps/define-step.ts";
import type { LedgerEntry, LedgerResource, PlanResult, StepContext, VerifyResult } from "#lib/steps/types.ts";
import { noteRestore } from "../commands/note-restore.ts";
import { KINDS } from "../constants.ts";
import { type RestoreJob, readRestoreJob } from "../queries/read-restore-job.ts";
import { refuseHalfSwapped } from "../queries/refuse-half-swapped.ts";
import { refuseWhileDeploying } from "../queries/refuse-while-deploying.ts";
import { besideEntry, isBeside } from "../restore/beside.ts";
import { carryRights } from "../restore/carry-rights.ts";
import { isDatabaseSource } from "../restore/database-entry.ts";
import { type Exchange, reverse, type SwapProgress, swapProgressSchema } from "../restore/exchange.ts";
import { databaseBefore, folderBefore } from "../restore/names.ts";
import { withLiving } from "../restore/open-living.ts";
import { readReplicas, rescaleApp, startApp, stopApp } from "../restore/scale-app.ts";
import { exchangeDatabases, putBack } from "../restore/swap-database.ts";
import { exchangeFolders } from "../restore/swap-folder.ts";
import type { BackupSource } from "../schema/source.ts";
import { type RestoreStepInput, restoreStepInputSchema } from "../schema/steps.ts";

/** What was restored beside takes the place of the living data; the undo brings the earlier back. */
export const backupsSwap = defineStep({
  name: "backups.swap",
  queue: "backups",
  input: restoreStepInputSchema,
  maxAttempts: 5,
  timeoutMs: 12 * 60 * 60_000,
  plan: planSwap,
  apply: applySwap,
  verify: verifySwap,
  undo: undoSwap,
});

async function planSwap(input: RestoreStepInput, ctx: StepContext): Promise<PlanResult> {
  const job = await readRestoreJob(input, ctx);
  return {
    changes: [
      {
        action: "change",
        kind: "living data",
        name: job.living,
        detail: `replaced by ${job.destination}; what is there now is kept under another name`,
      },
    ],
    warnings: ["The app is stopped meanwhile."],
  };
}

/** The stack whose app works with the data. */
const stackOf = (source: BackupSource, ctx: StepContext) =>
  "stackName" in source ? source.stackName : `${ctx.service?.name}-${ctx.environment}`;

function toEntry({ source }: RestoreJob, progress: SwapProgress): LedgerEntry {
  const entry = besideEntry(source, progress.exchange.aside);
  return { ...entry, attributes: { ...entry.attributes, ...progress } };
}

/** Asked when it was started too; one that was started at the same moment, or before a retry, is met here. */
const holdDeployments = async ({ service, environment }: StepContext) =>
  service && environment ? refuseWhileDeploying({ serviceId: service.id, environment }) : undefined;

/** What an earlier try noted; else begins, which changes nothing yet. */
async function begin(job: RestoreJob, ctx: StepContext): Promise<SwapProgress> {
  const known = (await ctx.ledger.list()).flatMap((one) => swapProgressSchema.safeParse(one.attributes).data ?? []);
  const [before] = known;
  // It goes on to its end, whoever's the service has become: stopped half-way its app would have no data.
  if (before) return before;
  await assertStillMay(ctx.run.requestedById, "backups.swap", job.serviceId);
  if (job.state !== "restored")
    throw new AppError({ code: "backups.not_swappable", message: `${job.destination} is not there to be swapped in.` });
  const { source, living } = job;
  // What it would keep aside is half-filled, and its app stands at none.
  await refuseHalfSwapped(source);
  const now = new Date();
  const aside = source.kind === "files" ? folderBefore(living, now) : databaseBefore(living, now);
  const progress: SwapProgress = {
    exchange: { living, incoming: job.destination, aside, phase: "begun" },
    back: null,
    replicas: await readReplicas(stackOf(source, ctx), ctx.signal),
  };
  await ctx.ledger.plan(toEntry(job, progress));
  return progress;
}

interface SwapOutput {
  living: string;
  /** What it is kept as; null: there was nothing to keep. */
  previous: string | null;
}

async function applySwap(input: RestoreStepInput, ctx: StepContext): Promise<SwapOutput> {
  const job = await readRestoreJob(input, ctx);
  await holdDeployments(ctx);
  const progress = await begin(job, ctx);
  const { exchange } = progress;
  const stack = stackOf(job.source, ctx);
  try {
    if (exchange.phase !== "placed") await stopApp(stack, ctx);
    const kept = await run(job, exchange, () => ctx.ledger.record(toEntry(job, progress)), ctx);
    const previous = kept ? exchange.aside : null;
    await noteRestore(job.id, { state: "swapped", previous, swappedAt: new Date(), error: null }, ctx);
    await startApp(stack, progress.replicas, ctx);
    return { living: exchange.living, previous };
  } catch (error) {
    await letAppGoOn(stack, progress, ctx);
    throw error;
  }
}

/** Both kinds of data; `save` notes how far it came. Whether what lived was kept. */
async function run(job: RestoreJob, exchange: Exchange, save: () => Promise<void>, ctx: StepContext): Promise<boolean> {
  const advance = async (phase: Exchange["phase"]) => {
    exchange.phase = phase;
    await save();
  };
  const { source } = job;
  if (isDatabaseSource(source))
    return withLiving(source, ctx, async (living) => {
      await carryRights(living, exchange, ctx);
      return exchangeDatabases(living, exchange, advance, ctx);
    });
  if (exchange.phase !== "placed") await exchangeFolders(exchange, ctx);
  await advance("placed");
  return true;
}

/**
 * A swap that stopped, or its undo, leaves the app running on data that is whole, whichever that is. Where the living name is
 * half-filled it stays stopped: a retry goes on, an undo puts it back.
 */
async function letAppGoOn(stack: string, progress: SwapProgress, ctx: StepContext): Promise<void> {
  const { reason } = ctx.signal;
  if (reason instanceof LeaseLost || reason instanceof WorkerStopping) return;
  const { phase, living } = progress.back ?? progress.exchange;
  if (phase === "kept") {
    ctx.log.error(
      `${living} may be half-filled, so its app stays stopped. Retry this run, or undo it to have it as it was.`,
    );
    return;
  }
  await rescaleApp(stack, progress.replicas, ctx).catch((error: unknown) =>
    ctx.log.warn(`The app could not be started again: ${error instanceof Error ? error.message : String(error)}`),
  );
}

async function verifySwap(input: RestoreStepInput, ctx: StepContext): Promise<VerifyResult> {
  const job = await readRestoreJob(input, ctx);
  return job.state === "swapped"
    ? { ok: true, reason: `${job.destination} took the place of ${job.living}.` }
    : { ok: false, reason: `${job.destination} is not in the place of ${job.living}.` };
}

const nothingKept = (message: string) =>
  new AppError({ code: "backups.nothing_kept", message, advice: "Restore another point into its place." });

/** What was kept takes its place again; what lives now goes back to where it was restored. Neither is lost. */
async function undoSwap(resources: LedgerResource[], input: RestoreStepInput, ctx: StepContext): Promise<void> {
  const job = await readRestoreJob(input, ctx);
  // Also where the ledger has nothing of it left, as for an undo that is tried again: it must not end as if it had gone back.
  if (job.givenUpAt)
    throw nothingKept(
      "What lived before is being removed, or is gone: there is nothing to go back to. What lives stays.",
    );
  for (const resource of resources) {
    const progress = swapProgressSchema.safeParse(resource.attributes).data;
    if (!progress || (resource.kind !== KINDS.database && resource.kind !== KINDS.folder)) continue;
    if (await isOvertaken(job, progress, resource, ctx)) {
      ctx.log.info(
        `This swap had changed nothing; what lives is there by a later one of ${job.destination} and stays.`,
      );
      await ctx.ledger.gone(resource.kind, resource.providerId);
      continue;
    }
    await holdDeployments(ctx);
    const stack = stackOf(job.source, ctx);
    progress.replicas = (await readReplicas(stack, ctx.signal)) || progress.replicas;
    try {
      await stopApp(stack, ctx);
      await goBack(job, progress, ctx);
      await noteRestore(job.id, { state: "restored", previous: null, swappedAt: null }, ctx);
      await startApp(stack, progress.replicas, ctx);
    } catch (error) {
      await letAppGoOn(stack, progress, ctx);
      throw error;
    }
    await ctx.ledger.gone(resource.kind, resource.providerId);
  }
}

/** It ended before it kept anything, and another swap of the same restore came through: that one's undo is the way back. */
const isOvertaken = async (
  { state, previous }: RestoreJob,
  { exchange }: SwapProgress,
  resource: LedgerResource,
  ctx: StepContext,
): Promise<boolean> =>
  state === "swapped" && exchange.phase === "begun" && previous !== exchange.aside && !(await isBeside(resource, ctx));

/** Before anything of the app's own goes where it was restored: undoing the restore as well must not drop it. */
async function keepLiving(job: RestoreJob, ctx: StepContext): Promise<void> {
  await noteRestore(job.id, { report: { ...job.notes, holdsLiving: true } }, ctx);
  ctx.log.info(`What the app wrote since the swap is kept in ${job.destination} until somebody removes it on purpose.`);
}

async function goBack(job: RestoreJob, progress: SwapProgress, ctx: StepContext): Promise<void> {
  const { exchange } = progress;
  const save = () => ctx.ledger.record(toEntry(job, progress));
  const { source } = job;
  if (!isDatabaseSource(source)) {
    progress.back ??= reverse(exchange);
    await save();
    await keepLiving(job, ctx);
    return exchangeFolders(progress.back, ctx);
  }
  await withLiving(source, ctx, async (place) => {
    const { server } = place;
    if (!(await server.exists(exchange.aside))) {
      if (progress.back || exchange.phase !== "placed") return;
      throw nothingKept(
        `${exchange.living} did not exist when this was swapped in, so there is nothing to go back to. It stays.`,
      );
    }
    const isPostgres = source.kind === "postgresql";
    if (!isPostgres && exchange.phase !== "placed") {
      if (exchange.phase === "kept") await putBack(place, exchange, ctx);
      await ctx.guard();
      await server.drop(exchange.aside);
      return;
    }
    progress.back ??= reverse(exchange);
    const { back } = progress;
    await save();
    await keepLiving(job, ctx);
    await exchangeDatabases(
      place,
      back,
      async (phase) => {
        back.phase = phase;
        await save();
      },
      ctx,
    );
  });
}
