import { availableParallelism, totalmem } from "node:os";
import PQueue from "p-queue";
import { config } from "#lib/platform/config/config.ts";
import { plural } from "#lib/platform/format.ts";
import type { StepContext } from "#lib/steps/types.ts";
import { scratchMemory } from "../prove/scratch-container.ts";

type Turn = "backup" | "proof";

/** Living databases are on the same machine: all proofs together have this part of its memory. */
const PROOFS_SHARE = 1 / 4;

const halfOfProcessors = () => Math.max(1, Math.floor(availableParallelism() / 2));
const fitIntoMemory = () => Math.max(1, Math.floor((totalmem() * PROOFS_SHARE) / scratchMemory()));

const LIMITS: Record<Turn, () => number> = {
  backup: () => config().BACKUP_PARALLEL || halfOfProcessors(),
  proof: () => config().BACKUP_PROOFS_PARALLEL || Math.min(halfOfProcessors(), fitIntoMemory()),
};

/**
 * Of this process. A dump takes the processors it can get and a proof the memory of a server, and so would a night's worth of them
 * at once. A queue each: who waits in one keeps nobody waiting in the other.
 */
const turns: Partial<Record<Turn, PQueue>> = {};

/** Does the work when it is its turn. Who is cancelled waits no longer; work that began ends itself. */
export async function takeTurn<T>(
  turn: Turn,
  { signal, log, progress }: StepContext,
  work: () => Promise<T>,
): Promise<T> {
  turns[turn] ??= new PQueue();
  const queue = turns[turn];
  queue.concurrency = LIMITS[turn]();
  if (queue.pending >= queue.concurrency) {
    const words = `Waits its turn behind ${plural(queue.size + queue.pending, turn)}`;
    log.info(words);
    progress(words);
  }
  const done = Promise.withResolvers<T>();
  let began = false;
  const giveUp = () => {
    if (!began) done.reject(signal.reason);
  };
  signal.addEventListener("abort", giveUp, { once: true });
  void queue.add(async () => {
    if (signal.aborted) return giveUp();
    began = true;
    await work().then(done.resolve, done.reject);
  });
  return done.promise.finally(() => signal.removeEventListener("abort", giveUp));
}
