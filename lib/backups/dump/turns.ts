import { availableParallelism } from "node:os";
import PQueue from "p-queue";
import { config } from "#lib/platform/config/config.ts";
import type { StepContext } from "#lib/steps/types.ts";

/** Of this process. A dump takes the processors it can get, and so would a night's worth of them at once. */
let turns: PQueue | undefined;

/** Does the work when it is its turn: BACKUP_PARALLEL at the same time. Who is cancelled waits no longer; work that began ends itself. */
export async function takeTurn<T>({ signal, log, progress }: StepContext, work: () => Promise<T>): Promise<T> {
  const concurrency = config().BACKUP_PARALLEL || Math.max(1, Math.floor(availableParallelism() / 2));
  turns ??= new PQueue({ concurrency });
  const ahead = turns.size + turns.pending;
  if (turns.pending >= turns.concurrency) {
    log.info(`Waits its turn: ${ahead} ${ahead === 1 ? "backup is" : "backups are"} taken before it`);
    progress("Waits its turn");
  }
  const done = Promise.withResolvers<T>();
  let began = false;
  const giveUp = () => {
    if (!began) done.reject(signal.reason);
  };
  signal.addEventListener("abort", giveUp, { once: true });
  void turns.add(async () => {
    if (signal.aborted) return giveUp();
    began = true;
    await work().then(done.resolve, done.reject);
  });
  return done.promise.finally(() => signal.removeEventListener("abort", giveUp));
}
