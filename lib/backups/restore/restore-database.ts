import { generatePassword } from "#lib/platform/crypto.ts";
import { AppError } from "#lib/platform/errors.ts";
import { formatDuration } from "#lib/platform/format.ts";
import type { StepContext } from "#lib/steps/types.ts";
import { cutValues } from "../dump/client-errors.ts";
import { type RunProgram, runToEnd } from "../dump/place.ts";
import type { Survey } from "../dump/snapshot.ts";
import type { DatabaseEngine, Login } from "../engines/types.ts";
import { NOBODY } from "../prove/decode-stream.ts";
import { withScratch } from "../prove/scratch.ts";
import type { RestoreJob } from "../queries/read-restore-job.ts";
import { databaseEntry, type SqlBackupSource } from "./database-entry.ts";
import { fillingAccount } from "./names.ts";
import { type Living, withLiving } from "./open-living.ts";
import { openPoint } from "./open-point.ts";
import { type End, loadDump, pourDatabase } from "./pour-database.ts";
import { assertSame, describeSurvey, narrowSurvey, surveyDatabase } from "./survey.ts";

export interface RestoredReport {
  tables: number;
  durationMs: number;
  compared: string;
}

/**
 * Fills a new database beside the living one, by an account that may fill this database and nothing else. A try that died left a
 * half-made one: it is dropped and made again. The living one is only read: its character set.
 */
export async function restoreDatabase(
  job: RestoreJob,
  source: SqlBackupSource,
  ctx: StepContext,
): Promise<RestoredReport> {
  const started = performance.now();
  return withLiving(source, ctx, async (living) => {
    const { run, engine, admin, server } = living;
    const account = { user: fillingAccount(job.destination), password: generatePassword() };
    ctx.redact(account.password);
    const database = job.destination;
    await makeRoom(job, living, ctx);
    const expected = await orTidy(job, living, ctx, async () => {
      await ctx.guard();
      await server.create(database, source.databaseName);
      await server.addAccount(account, database);
      const login = { ...admin, ...account, database };
      const wanted = await fill(job, engine, { run, login }, ctx);
      // Counted by who filled it: what a dump brings along is never run by anybody who may do more.
      assertSame(wanted, await surveyDatabase(run, engine, login, ctx), database);
      await ctx.guard();
      await server.handOver(database, account.user, source.userName);
      return wanted;
    });
    await ctx.ledger.record(databaseEntry(source, database));
    const durationMs = Math.round(performance.now() - started);
    const compared = describeSurvey(expected);
    ctx.log.info(`Restored ${database} in ${formatDuration(durationMs)}: ${compared}, all as in the backup`);
    return { tables: Object.keys(expected.counts).length, durationMs, compared };
  });
}

/** A half-made one of ours goes; anybody else's is left alone. */
async function makeRoom(job: RestoreJob, { source, server }: Living, ctx: StepContext): Promise<void> {
  const entry = databaseEntry(source, job.destination);
  const mine = (await ctx.ledger.list()).some((one) => one.kind === entry.kind && one.providerId === entry.providerId);
  if (await server.exists(job.destination)) {
    if (!mine)
      throw new AppError({
        code: "backups.name_taken",
        message: `There is already a database ${job.destination} that this restore did not make.`,
        advice: "Restore again: the new one gets another name.",
      });
    ctx.log.info(`An earlier try left ${job.destination} half-made; beginning again`);
    await ctx.guard();
    await server.drop(job.destination);
  }
  await ctx.ledger.plan(entry);
  await ctx.guard();
  await server.dropAccount(fillingAccount(job.destination));
}

/** What failed leaves nothing that looks restored: it is dropped at once, unless another worker is at it now. */
async function orTidy<T>(job: RestoreJob, living: Living, ctx: StepContext, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (ctx.signal.aborted) throw error;
    try {
      // Its own connection may be what failed.
      await dropRestored(living.source, job.destination, ctx);
      const { kind, providerId } = databaseEntry(living.source, job.destination);
      await ctx.ledger.gone(kind, providerId);
    } catch (left) {
      ctx.log.warn(`${job.destination} could not be dropped: ${left instanceof Error ? left.message : String(left)}`);
    }
    throw error;
  }
}

/** Fills the new database and says what has to be in it. */
async function fill(job: RestoreJob, engine: DatabaseEngine, to: End, ctx: StepContext): Promise<Survey> {
  const { manifest } = job;
  const { counts, checksums } = manifest;
  if (!job.mask && job.only.length === 0) {
    await using point = await openPoint(job, "database", ctx);
    ctx.log.info(`Restoring into ${to.login.database}`);
    await loadDump(to, engine, { ...point.stored, total: point.part.sizeBytes }, ctx);
    point.assertUnchanged();
    return { counts, checksums };
  }
  return fillFromScratch(job, engine, to, ctx);
}

/** What must not reach the server as it is goes through a throw-away one: only its masked or chosen part leaves that. */
async function fillFromScratch(job: RestoreJob, engine: DatabaseEngine, to: End, ctx: StepContext): Promise<Survey> {
  const { manifest, only } = job;
  if (!manifest.image)
    throw new AppError({ code: "backups.no_image", message: "The backup does not say which image it was made with." });
  ctx.log.info(`Restoring into a throw-away database of ${manifest.image} first`);
  const scratchOf = { image: manifest.image, engine, database: manifest.source, rawBytes: null };
  return withScratch(ctx, scratchOf, async ({ run, admin, restorer }) => {
    await using point = await openPoint(job, "database", ctx);
    await loadDump({ run, login: restorer }, engine, { ...point.stored, total: point.part.sizeBytes }, ctx);
    point.assertUnchanged();
    const whole = await surveyDatabase(run, engine, admin, ctx);
    assertSame(manifest, whole, "The throw-away database");
    if (job.mask) await runMasking(job.maskingSql ?? "", { run, login: admin }, engine, ctx);
    const left = job.mask ? await surveyDatabase(run, engine, admin, ctx) : whole;
    await pourDatabase({ run, login: admin }, to, engine, { only }, ctx);
    return narrowSurvey(left, only);
  });
}

/** The policy's masking, where nobody but the panel can see what it masks. */
async function runMasking(
  sql: string,
  { run, login }: { run: RunProgram; login: Login },
  engine: DatabaseEngine,
  ctx: StepContext,
): Promise<void> {
  ctx.log.info("Masking it there");
  const result = await runToEnd(
    run,
    {
      argv: engine.clientArgv(login),
      env: { [engine.passwordVariable]: login.password, HOME: "/tmp" },
      user: NOBODY,
      input: `${sql}\n`,
    },
    ctx.signal,
  );
  if (result.exitCode === 0) return;
  throw new AppError({
    code: "backups.masking_failed",
    message: `The masking SQL failed with exit code ${result.exitCode}; nothing was brought to its destination.`,
    advice: "Mend it in the policy of the backup, then retry.",
    detail: cutValues(result.stderr).trim().slice(-4_000),
    retry: "needs_person",
  });
}

/** Takes a database beside the living one away, and proves it gone; false: it was not there any more. */
export function dropRestored(source: SqlBackupSource, database: string, ctx: StepContext): Promise<boolean> {
  return withLiving(source, ctx, async ({ server }) => {
    const wasThere = await server.exists(database);
    await ctx.guard();
    await server.drop(database);
    await server.dropAccount(fillingAccount(database));
    if (await server.exists(database))
      throw new AppError({ code: "backups.not_gone", message: `${database} is still there.`, retry: "retry" });
    if (wasThere) ctx.log.info(`Dropped ${database}`);
    return wasThere;
  });
}
