import { redis, redisKey } from "#lib/platform/redis.ts";

export const runChannel = (runId: number) => redisKey("run", runId);

/** Tells whoever watches these runs to look at MySQL. Best effort: watchers also look by themselves. */
export function wakeWatchers(runIds: Iterable<number>): void {
  const connection = redis();
  if (connection.status !== "ready") return;
  const pipeline = connection.pipeline();
  for (const runId of new Set(runIds)) pipeline.publish(runChannel(runId), "");
  pipeline.exec().catch(() => {});
}
