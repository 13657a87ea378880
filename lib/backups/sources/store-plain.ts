import { AppError } from "#lib/platform/errors.ts";
import type { StepContext } from "#lib/steps/types.ts";
import { classifyClientError } from "../dump/client-errors.ts";
import { mergeCounts } from "../dump/counts.ts";
import { runToEnd } from "../dump/place.ts";
import { storePart } from "../dump/store-part.ts";
import { mongodb } from "../engines/mongodb.ts";
import { redis } from "../engines/redis.ts";
import type { Counts } from "../schema/manifest.ts";
import type { SourceJob, StoredSource } from "./source-job.ts";

/** What has no snapshot to count in: before and after, and the truth is in between. */
async function countAround<T>(count: () => Promise<Counts>, work: () => Promise<T>): Promise<[T, Counts]> {
  const before = await count();
  const result = await work();
  return [result, mergeCounts(before, await count())];
}

async function count(
  { place }: SourceJob,
  ask: { argv: string[]; env: Record<string, string>; read: (text: string) => Counts },
  ctx: StepContext,
): Promise<Counts> {
  const said = await runToEnd(place.run, { argv: ask.argv, env: ask.env }, ctx.signal);
  // redis-cli ends with 0 when the server refuses.
  const refused = said.exitCode !== 0 || /^(NOAUTH|WRONGPASS|ERR|Could not connect|AUTH failed)/m.test(said.stdout);
  if (!refused) return ask.read(said.stdout);
  const detail = `${said.stdout}${said.stderr}`.trim().slice(-2_000);
  throw new AppError({
    code: "backups.client_failed",
    message: "The database's own client could not say how much there is.",
    detail,
    retry: classifyClientError(detail),
  });
}

export async function storeRedis(job: SourceJob, ctx: StepContext): Promise<StoredSource> {
  const { place, login, target } = job;
  const env: Record<string, string> = login.password ? { [redis.passwordVariable]: login.password } : {};
  const ask = { argv: redis.countArgv(login), env, read: redis.readCounts };
  const options = { name: "dump", format: "rdb", run: place.run, argv: redis.dumpArgv(login), env } as const;
  const [part, counts] = await countAround(
    () => count(job, ask, ctx),
    () => storePart(options, target, ctx),
  );
  return { parts: [part], counts, checksums: {}, counting: "range" };
}

export async function storeMongodb(
  job: SourceJob,
  { oplog }: { oplog: boolean },
  ctx: StepContext,
): Promise<StoredSource> {
  const { place, login, target } = job;
  const env = mongodb.env(login);
  const hasOplog = mongodb.hasOplog(login, { oplog });
  const ask = { argv: mongodb.countArgv(), env, read: mongodb.readCounts };
  const argv = mongodb.dumpArgv(login, { oplog });
  const [part, counts] = await countAround(
    () => count(job, ask, ctx),
    () => storePart({ name: "database", format: "archive", run: place.run, argv, env }, target, ctx),
  );
  // To MongoDB a database that nobody made is an empty one, whatever its name.
  if (Object.keys(counts).length === 0) ctx.log.warn(wordEmpty(login.database));
  return { parts: [part], counts, checksums: {}, counting: "range", ...(hasOplog ? { oplog: true } : {}) };
}

const wordEmpty = (database: string) =>
  `There is no collection in ${database || "any database"}.${database ? " Is that its name?" : ""}`;
