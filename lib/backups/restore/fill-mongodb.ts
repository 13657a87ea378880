import { AppError } from "#lib/platform/errors.ts";
import type { StepContext } from "#lib/steps/types.ts";
import { countPlain } from "../dump/count-plain.ts";
import type { RunProgram } from "../dump/place.ts";
import type { Survey } from "../dump/snapshot.ts";
import { mongodb } from "../engines/mongodb.ts";
import type { Login } from "../engines/types.ts";
import { countScratch, withScratchMongodb } from "../prove/scratch-mongodb.ts";
import type { RestoreJob } from "../queries/read-restore-job.ts";
import type { Counts } from "../schema/manifest.ts";
import type { MongodbLiving } from "./open-living.ts";
import { imageOf, openPoint } from "./open-point.ts";
import { feed, type Incoming, pour } from "./pour-database.ts";
import { assertSame, describeCollections } from "./survey.ts";

/** A database of an archive or a server, and of it only these collections (by their whole names); none: all. */
interface Wanted {
  from: string;
  only: readonly string[];
}

/** Fills a new database from the one of the point that was asked for; what is in it now. */
export async function fillMongodb(job: RestoreJob, living: MongodbLiving, ctx: StepContext): Promise<Survey> {
  const { manifest, only, pointDatabase: from } = job;
  if (from === null)
    throw new AppError({ code: "backups.no_part", message: "The restore does not say which database of the point." });
  const to = { ...living.admin, database: job.destination };
  const expected = await (manifest.oplog ? fillFromScratch : fillFromPoint)(job, { from, only }, living, ctx);
  const found = await surveyMongodb(living.run, to, ctx);
  assertSame(lessExpired(expected, found), found, job.destination, ctx.log);
  return found;
}

/** Counts by the collections' own names, whichever database they are in. */
function surveyOf(counts: Counts, { from, only }: Wanted): Survey {
  const its = Object.entries(counts).filter(([name]) => name.startsWith(`${from}.`));
  const picked = only.length > 0 ? its.filter(([name]) => only.includes(name)) : its;
  return {
    counts: Object.fromEntries(picked.map(([name, count]) => [name.slice(from.length + 1), count])),
    checksums: {},
  };
}

interface LivingSurvey extends Survey {
  /** Collections of which the server deletes documents by itself. */
  expiring: string[];
}

async function surveyMongodb(run: RunProgram, login: Login, ctx: StepContext): Promise<LivingSurvey> {
  const { read, readExpiring, ...program } = mongodb.count(login);
  const readBoth = (text: string) => ({ counts: read(text), expiring: readExpiring(text) });
  const { counts, expiring } = await countPlain(run, { ...program, read: readBoth }, ctx.signal);
  const from = login.database;
  return {
    ...surveyOf(counts, { from, only: [] }),
    expiring: expiring.map((name) => name.slice(from.length + 1)),
  };
}

/** What has expired since it was counted is gone from a living server: of such collections fewer will do, down to none. */
function lessExpired(expected: Survey, { expiring }: LivingSurvey): Survey {
  const counts: Counts = { ...expected.counts };
  for (const name of expiring) {
    const wanted = counts[name];
    if (wanted) counts[name] = [0, wanted[1]];
  }
  return { ...expected, counts };
}

async function fillFromPoint(job: RestoreJob, wanted: Wanted, living: MongodbLiving, ctx: StepContext) {
  await using point = await openPoint(job, "database", ctx);
  ctx.log.info(`Restoring ${wanted.from} into ${job.destination}`);
  await load(living, job.destination, wanted, { ...point.stored, total: point.part.sizeBytes }, ctx);
  point.assertUnchanged();
  return { ...surveyOf(job.manifest.counts, wanted), counting: job.manifest.counting };
}

/** A log of what was written meanwhile is replayed only with everything, into a throw-away server: from there one database goes on. */
async function fillFromScratch(job: RestoreJob, wanted: Wanted, living: MongodbLiving, ctx: StepContext) {
  const { manifest, destination } = job;
  const image = imageOf(manifest);
  ctx.log.info(`Restoring everything into a throw-away server of ${image} first, to replay what was written meanwhile`);
  return withScratchMongodb(image, ctx, async (scratch) => {
    await using point = await openPoint(job, "database", ctx);
    const client = { argv: mongodb.restoreArgv({ oplog: true }), env: {} };
    await feed(scratch.run, client, { ...point.stored, total: point.part.sizeBytes }, ctx);
    point.assertUnchanged();
    const whole = await countScratch(scratch, ctx);
    assertSame(manifest, { counts: whole, checksums: {} }, "The throw-away server", ctx.log);
    const login = { user: "", password: "", database: wanted.from };
    await copy({ run: scratch.run, login }, wanted, living, destination, ctx);
    return surveyOf(whole, wanted);
  });
}

/** By the server's own account: an archive is documents, none of which is run, and where they go is not said by it. */
function load({ run, admin }: MongodbLiving, database: string, wanted: Wanted, dump: Incoming, ctx: StepContext) {
  const login = { ...admin, database };
  return feed(run, { argv: mongodb.fillArgv(login, wanted), env: mongodb.env(login) }, dump, ctx);
}

async function copy(
  source: { run: RunProgram; login: Login },
  wanted: Wanted,
  living: MongodbLiving,
  database: string,
  ctx: StepContext,
): Promise<void> {
  const argv = mongodb.dumpArgv(source.login, { oplog: false });
  const dumper = { argv, env: mongodb.env(source.login), format: "archive" as const };
  await pour(source.run, dumper, (dump) => load(living, database, wanted, dump, ctx), ctx);
}

/** The same under another name, of which nothing may be there but what an earlier try left. */
export async function copyMongodb(living: MongodbLiving, from: string, to: string, ctx: StepContext): Promise<void> {
  const { run, admin, server } = living;
  await ctx.guard();
  await server.drop(to);
  const login = { ...admin, database: from };
  // Before it is copied: nobody writes to it, but what expires in it afterwards may be in the copy still.
  const expected = await surveyMongodb(run, login, ctx);
  await copy({ run, login }, { from, only: [] }, living, to, ctx);
  const found = await surveyMongodb(run, { ...admin, database: to }, ctx);
  assertSame(lessExpired(expected, found), found, to);
  ctx.log.info(`Copied ${from} into ${to}: ${describeCollections(expected)}`);
}
