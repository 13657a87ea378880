import { setTimeout as delay } from "node:timers/promises";
import { logger } from "#lib/platform/logger.ts";
import { createBatcher } from "./batcher.ts";
import { LeaseLost, RunCancelled } from "./interrupts.ts";
import { type Held, type LeaseState, renewLeases } from "./store/lease.ts";

/** An answer this young is believed without asking again. */
const BELIEVE_MS = 1_000;
/** How long a guard waits for a database that is restarting before the attempt fails. */
const PATIENCE_MS = 30_000;

interface Kept extends Held {
  controller: AbortController;
  /** Monotonic time at which the last question was asked that was answered with "held". */
  confirmedAt: number;
}

/** Keeps the leases of one worker's running steps, and aborts those that are lost or cancelled. */
export function createLeaseKeeper({ leaseMs }: { leaseMs: number }) {
  const kept = new Map<number, Kept>();

  function note(step: Kept, state: LeaseState | undefined, askedAt: number): void {
    if (state === "held" || state === "cancelled") step.confirmedAt = askedAt;
    if (state === "held" || step.controller.signal.aborted) return;
    step.controller.abort(state === "cancelled" ? new RunCancelled() : new LeaseLost());
  }

  const ask = createBatcher<Kept, undefined>(async (steps) => {
    const askedAt = performance.now();
    const states = await renewLeases(steps, leaseMs);
    for (const step of steps) note(step, states.get(step.id), askedAt);
    return steps.map(() => undefined);
  });

  async function renewAll(): Promise<void> {
    const now = performance.now();
    // An aborted step keeps its lease until it has ended, or another worker would begin while it still winds up.
    const old = [...kept.values()].filter(
      ({ controller, confirmedAt }) => !(controller.signal.reason instanceof LeaseLost) && now - confirmedAt > 500,
    );
    try {
      await Promise.all(old.map((step) => ask(step)));
    } catch (error) {
      logger.warn({ error: String(error) }, "leases could not be renewed");
    }
  }

  return {
    /** From the claim to the end of the attempt. `claimedAt` is the monotonic time before the claim was sent. */
    keep(step: Held, controller: AbortController, claimedAt: number): void {
      kept.set(step.id, { ...step, controller, confirmedAt: claimedAt });
    },
    drop(step: Held): void {
      if (kept.get(step.id)?.token === step.token) kept.delete(step.id);
    },
    /** Throws unless the step is still this worker's and wanted. */
    async guard(step: Held): Promise<void> {
      const mine = kept.get(step.id);
      if (mine?.token !== step.token) throw new LeaseLost();
      mine.controller.signal.throwIfAborted();
      for (
        const since = performance.now();
        performance.now() - mine.confirmedAt > Math.min(BELIEVE_MS, leaseMs / 3);
      ) {
        try {
          await ask(mine);
        } catch (error) {
          if (performance.now() - since > PATIENCE_MS) throw error;
          await delay(250);
        }
        mine.controller.signal.throwIfAborted();
      }
    },
    renewAll,
    held: () => [...kept.values()],
  };
}

export type LeaseKeeper = ReturnType<typeof createLeaseKeeper>;
