import { AppError } from "#lib/platform/errors.ts";
import { formatDuration } from "#lib/platform/format.ts";
import type { StepContext } from "#lib/steps/types.ts";
import type { RestoreJob } from "../queries/read-restore-job.ts";
import { type DatabaseSource, databaseEntry } from "./database-entry.ts";
import { fillMongodb } from "./fill-mongodb.ts";
import { fillSql } from "./fill-sql.ts";
import { isSqlLiving, type Living, withLiving } from "./open-living.ts";
import { describeCollections, describeSurvey } from "./survey.ts";

export interface RestoredReport {
  tables: number;
  durationMs: number;
  compared: string;
}

/**
 * Fills a new database beside the living one. A try that died left a half-made one: it is dropped and made again. The living one is
 * only read: its character set.
 */
export async function restoreDatabase(
  job: RestoreJob,
  source: DatabaseSource,
  ctx: StepContext,
): Promise<RestoredReport> {
  const started = performance.now();
  return withLiving(source, ctx, async (living) => {
    const database = job.destination;
    await makeRoom(job, living, ctx);
    const found = await orTidy(job, living, ctx, () =>
      isSqlLiving(living) ? fillSql(job, living, ctx) : fillMongodb(job, living, ctx),
    );
    await ctx.ledger.record(databaseEntry(source, database));
    const durationMs = Math.round(performance.now() - started);
    const compared = isSqlLiving(living) ? describeSurvey(found) : describeCollections(found);
    ctx.log.info(`Restored ${database} in ${formatDuration(durationMs)} and compared it with the backup: ${compared}`);
    return { tables: Object.keys(found.counts).length, durationMs, compared };
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

/** Takes a database beside the living one away, and proves it gone; false: it was not there any more. */
export function dropRestored(source: DatabaseSource, database: string, ctx: StepContext): Promise<boolean> {
  return withLiving(source, ctx, async ({ server }) => {
    const wasThere = await server.exists(database);
    await ctx.guard();
    await server.drop(database);
    if (await server.exists(database))
      throw new AppError({ code: "backups.not_gone", message: `${database} is still there.`, retry: "retry" });
    if (wasThere) ctx.log.info(`Dropped ${database}`);
    return wasThere;
  });
}
