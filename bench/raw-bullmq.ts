import { Queue, Worker } from "bullmq";
import { config } from "#lib/platform/config/config.ts";
import { connectRedis } from "#lib/platform/redis.ts";
import { perSecond } from "./measure.ts";

const JOBS = 20_000;

/** Jobs a second that BullMQ alone gets through, doing nothing. */
export async function measureRawBullMq(concurrency: number): Promise<number> {
  const connection = connectRedis("blocking");
  const prefix = config().REDIS_PREFIX;
  const queue = new Queue("bench-raw", { connection, prefix });
  const opts = { removeOnComplete: true, removeOnFail: true };
  for (let i = 0; i < JOBS; i += 1_000)
    await queue.addBulk(Array.from({ length: 1_000 }, (_, j) => ({ name: "noop", data: { stepId: i + j }, opts })));
  let done = 0;
  const finished = Promise.withResolvers<void>();
  const worker = new Worker(
    "bench-raw",
    async () => {
      if (++done === JOBS) finished.resolve();
    },
    { connection, prefix, concurrency, autorun: false },
  );
  const rate = await perSecond(JOBS, async () => {
    void worker.run();
    await finished.promise;
  });
  await worker.close();
  await queue.obliterate({ force: true });
  await queue.close();
  connection.disconnect();
  return rate;
}
