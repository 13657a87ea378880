import { DeadlineExceeded, withDeadline } from "#lib/platform/deadline.ts";

/** A batch that hangs must not hold up every later one. */
const DEADLINE_MS = 45_000;

interface Waiting<T, R> {
  item: T;
  resolve(result: R): void;
  reject(error: unknown): void;
}

/**
 * Gathers single calls into batches without waiting: the first goes at once, and what arrives while it is under way is the
 * next batch. Latency stays that of one call, and batches grow with the load.
 */
export function createBatcher<T, R>(
  work: (items: T[]) => Promise<R[]>,
  { maxItems = 200 }: { maxItems?: number } = {},
): (item: T) => Promise<R> {
  const waiting: Waiting<T, R>[] = [];
  let running = false;

  async function runBatch(batch: Waiting<T, R>[]): Promise<void> {
    try {
      const items = batch.map((entry) => entry.item);
      const results = await withDeadline("a batch", DEADLINE_MS, work(items));
      batch.forEach((entry, index) => {
        entry.resolve(results[index] as R);
      });
    } catch (error) {
      // One bad item must not fail its neighbours.
      if (batch.length > 1 && !(error instanceof DeadlineExceeded)) for (const entry of batch) await runBatch([entry]);
      else for (const entry of batch) entry.reject(error);
    }
  }

  async function drain(): Promise<void> {
    running = true;
    // One turn of the event loop, so that calls made together travel together.
    await new Promise((resolve) => setImmediate(resolve));
    while (waiting.length > 0) await runBatch(waiting.splice(0, maxItems));
    running = false;
  }

  return (item) =>
    new Promise<R>((resolve, reject) => {
      waiting.push({ item, resolve, reject });
      if (!running) void drain();
    });
}
