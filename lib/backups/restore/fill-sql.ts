import { generatePassword } from "#lib/platform/crypto.ts";
import { AppError } from "#lib/platform/errors.ts";
import type { StepContext } from "#lib/steps/types.ts";
import { cutValues } from "../dump/client-errors.ts";
import { type RunProgram, runToEnd } from "../dump/place.ts";
import type { Survey } from "../dump/snapshot.ts";
import type { DatabaseEngine, Login } from "../engines/types.ts";
import { NOBODY } from "../prove/decode-stream.ts";
import { restoreRoles } from "../prove/restore-roles.ts";
import { type Scratch, withScratch } from "../prove/scratch.ts";
import type { RestoreJob } from "../queries/read-restore-job.ts";
import { detachTables, explainMissing } from "./detach-tables.ts";
import { explainNoMasking } from "./explain-no-masking.ts";
import { fillingAccount } from "./names.ts";
import type { SqlLiving } from "./open-living.ts";
import { imageOf, openPoint } from "./open-point.ts";
import { type End, loadDump, pourDatabase } from "./pour-database.ts";
import { assertSame, narrowSurvey, surveyDatabase } from "./survey.ts";

/** Fills a new database, by an account that may fill this database and nothing else; what is in it now. */
export async function fillSql(job: RestoreJob, living: SqlLiving, ctx: StepContext): Promise<Survey> {
  assertMasks(job);
  const { source, run, engine, admin, server } = living;
  const database = job.destination;
  const account = { user: fillingAccount(database), password: generatePassword() };
  ctx.redact(account.password);
  await ctx.guard();
  await server.create(database, source.databaseName);
  await server.addAccount(account, database);
  const login = { ...admin, ...account, database };
  const wanted = await fill(job, engine, { run, login }, ctx);
  // Counted by who filled it: what a dump brings along is never run by anybody who may do more.
  assertSame(wanted, await surveyDatabase(run, engine, login, ctx), database, ctx.log);
  await ctx.guard();
  await server.handOver(database, account.user, source.userName);
  return wanted;
}

/** The policy is read anew for each try: somebody may have emptied its masking since the restore was asked for. */
function assertMasks({ mask, masking }: RestoreJob): void {
  const none = mask ? explainNoMasking(masking) : null;
  if (none) throw new AppError({ code: "backups.no_masking", ...none, retry: "needs_person" });
}

/** Fills the new database and says what has to be in it. */
async function fill(job: RestoreJob, engine: DatabaseEngine, to: End, ctx: StepContext): Promise<Survey> {
  const { manifest } = job;
  if (!job.mask && job.only.length === 0) {
    await using point = await openPoint(job, "database", ctx);
    ctx.log.info(`Restoring into ${to.login.database}`);
    await loadDump(to, engine, { ...point.stored, total: point.part.sizeBytes }, ctx);
    point.assertUnchanged();
    return manifest;
  }
  return fillFromScratch(job, engine, to, ctx);
}

/** What must not reach the server as it is goes through a throw-away one: only its masked or chosen part leaves that. */
async function fillFromScratch(job: RestoreJob, engine: DatabaseEngine, to: End, ctx: StepContext): Promise<Survey> {
  const { manifest, only } = job;
  const image = imageOf(manifest);
  ctx.log.info(`Restoring into a throw-away database of ${image} first`);
  const { source: database, serverSettings: settings } = manifest;
  const scratchOf = { image, engine, database, settings, rawBytes: null };
  return withScratch(ctx, scratchOf, async (scratch) => {
    const { run, admin, restorer } = scratch;
    await makeRoles(job, scratch, engine, ctx);
    await using point = await openPoint(job, "database", ctx);
    await loadDump({ run, login: restorer }, engine, { ...point.stored, total: point.part.sizeBytes }, ctx);
    point.assertUnchanged();
    const whole = await surveyDatabase(run, engine, admin, ctx);
    assertSame(manifest, whole, "The throw-away database", ctx.log);
    const from = { run, login: admin };
    if (job.mask) await runMasking(job.masking.maskingSql ?? "", from, engine, ctx);
    const left = job.mask ? await surveyDatabase(run, engine, admin, ctx) : whole;
    if (only.length > 0) await detachTables(from, to, engine, only, ctx);
    try {
      await pourDatabase(from, to, engine, { only }, ctx);
    } catch (error) {
      throw only.length > 0 ? explainMissing(error) : error;
    }
    return narrowSurvey(left, only);
  });
}

/** As the proof does: policies of a dump name roles, which are the server's and not the database's. */
async function makeRoles(job: RestoreJob, scratch: Scratch, engine: DatabaseEngine, ctx: StepContext): Promise<void> {
  if (!job.manifest.parts.some(({ name }) => name === "globals")) return;
  await using globals = await openPoint(job, "globals", ctx);
  await restoreRoles(scratch, engine, globals.stored, ctx);
  globals.assertUnchanged();
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
