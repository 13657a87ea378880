import { setTimeout as delay } from "node:timers/promises";
import type { QueueName } from "#lib/platform/config/settings.ts";
import { isUnavailable } from "#lib/platform/db/unavailable.ts";
import { logger } from "#lib/platform/logger.ts";
import { createBatcher } from "./batcher.ts";
import { type Ring, ringBells } from "./bells.ts";
import type { ClaimedStep } from "./store/claim.ts";
import { type CompletedBatch, type Completion, completeSteps, type Outcome } from "./store/complete.ts";
import { settleRuns } from "./store/settle.ts";
import type { RunHook } from "./types.ts";
import { wakeWatchers } from "./wake.ts";

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

  /** Waits for a database that is away about as long as anybody could not have taken the step over. */
  async function patiently<T>(work: () => Promise<T>): Promise<T> {
    for (const until = performance.now() + 4 * leaseMs; ; ) {
      try {
        return await work();
      } catch (error) {
        if (!isUnavailable(error) || performance.now() > until) throw error;
        await delay(300);
      }
    }
  }

  return {
    follow,
    settleSoon,
    /** False when the lease was lost and nothing was written. */
    async finish(step: ClaimedStep, outcome: Outcome): Promise<boolean> {
      const completion = {
        id: step.id,
        token: step.token,
        attemptId: step.attemptId,
        queue: step.queue as QueueName,
        runId: step.runId,
      };
      try {
        return await patiently(() => complete({ ...completion, outcome }));
      } catch (error) {
        if (isUnavailable(error)) throw error;
        logger.error({ stepId: step.id, error: String(error) }, "the end of a step could not be stored");
        const record = {
          code: "step.output",
          class: "permanent",
          message: "What the step gave back could not be stored.",
        } as const;
        return patiently(() => complete({ ...completion, outcome: { kind: "failed", error: record } }));
      }
    },
  };
}

export type Finisher = ReturnType<typeof createFinisher>;
