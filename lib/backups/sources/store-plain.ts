import type { StepContext } from "#lib/steps/types.ts";
import { countPlain } from "../dump/count-plain.ts";
import { mergeCounts } from "../dump/counts.ts";
import { storePart } from "../dump/store-part.ts";
import { mongodb } from "../engines/mongodb.ts";
import { redis } from "../engines/redis.ts";
import type { Counts } from "../schema/manifest.ts";
import type { SourceJob, StoredSource } from "./source-job.ts";

/** What has no snapshot to count in: before and after. What is written to may have had more or fewer at the dump's own moment. */
async function countAround<T>(count: () => Promise<Counts>, work: () => Promise<T>): Promise<[T, Counts]> {
  const before = await count();
  const result = await work();
  return [result, mergeCounts(before, await count())];
}

export async function storeRedis(job: SourceJob, ctx: StepContext): Promise<StoredSource> {
  const { place, login, target } = job;
  const env: Record<string, string> = login.password ? { [redis.passwordVariable]: login.password } : {};
  const ask = { argv: redis.countArgv(login), env, read: redis.readCounts };
  const options = { name: "dump", format: "rdb", run: place.run, argv: redis.dumpArgv(login), env } as const;
  const [part, counts] = await countAround(
    () => countPlain(place.run, ask, ctx.signal),
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
  const ask = mongodb.count(login);
  const argv = mongodb.dumpArgv(login, { oplog });
  const [part, counts] = await countAround(
    () => countPlain(place.run, ask, ctx.signal),
    () => storePart({ name: "database", format: "archive", run: place.run, argv, env }, target, ctx),
  );
  // To MongoDB a database that nobody made is an empty one, whatever its name.
  if (Object.keys(counts).length === 0) ctx.log.warn(wordEmpty(login.database));
  return { parts: [part], counts, checksums: {}, counting: "range", ...(hasOplog ? { oplog: true } : {}) };
}

const wordEmpty = (database: string) =>
  `There is no collection in ${database || "any database"}.${database ? " Is that its name?" : ""}`;
