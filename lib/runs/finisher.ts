import { setTimeout as delay } from "node:timers/promises";
import type { QueueName } from "#lib/platform/config/settings.ts";
import { logger } from "#lib/platform/logger.ts";
import { createBatcher } from "./batcher.ts";
import { type Ring, ringBells } from "./bells.ts";
import type { ClaimedStep } from "./store/claim.ts";
import { type CompletedBatch, type Completion, completeSteps, type Outcome } from "./store/complete.ts";
import { settleRuns } from "./store/settle.ts";
import type { RunHook } from "./types.ts";
import { wakeWatchers } from "./wake.ts";

const PATIENCE_LEASES = 4;
const AGAIN_MS = 300;

export interface FinisherOptions {
  hooks: readonly RunHook[];
  leaseMs: number;
  /** Redis is away: these could be run here and now instead. */
  onUnrung(rings: readonly Ring[]): void;
}

/** Writes how attempts ended, many at a time, and does what follows: rings for what is ready now, ends runs. */
export function createFinisher({ hooks, leaseMs, onUnrung }: FinisherOptions) {
  const settle = createBatcher<number, undefined>(async (runIds) => {
    wakeWatchers(await settleRuns([...new Set(runIds)], { hooks }));
    return runIds.map(() => undefined);
  });

  async function settleSoon(runIds: readonly number[]): Promise<void> {
    try {
      await Promise.all(runIds.map((runId) => settle(runId)));
    } catch (error) {
      logger.error({ runIds, error: String(error) }, "runs could not be ended; the sweeper will");
    }
  }

  /** What follows from ended attempts. Nothing is lost by dying before it: the sweeper does the same. */
  async function follow(
    batch: Pick<CompletedBatch, "rings" | "maybeFinished">,
    runIds: Iterable<number>,
  ): Promise<void> {
    wakeWatchers(runIds);
    try {
      await ringBells(batch.rings);
    } catch {
      onUnrung(batch.rings.filter((ring) => !ring.delayMs));
    }
    await settleSoon(batch.maybeFinished);
  }

  const complete = createBatcher<Completion, boolean>(async (completions) => {
    const batch = await completeSteps(completions);
    void follow(
      batch,
      completions.map((completion) => completion.runId),
    );
    return batch.accepted;
  });

  return {
    follow,
    settleSoon,
    /**
     * False when the lease was lost and nothing was written. Insists for a few leases' time, for the database may be restarting;
     * after that the sweeper takes the step back.
     */
    async finish(step: ClaimedStep, outcome: Outcome): Promise<boolean> {
      const { id, token, attemptId, runId } = step;
      const completion = { id, token, attemptId, runId, queue: step.queue as QueueName, outcome };
      for (const until = performance.now() + PATIENCE_LEASES * leaseMs; ; await delay(AGAIN_MS)) {
        try {
          return await complete(completion);
        } catch (error) {
          if (performance.now() > until) throw error;
          logger.warn({ stepId: id, error: String(error) }, "the end of a step is not stored yet");
        }
      }
    },
  };
}

export type Finisher = ReturnType<typeof createFinisher>;
