import { setTimeout as delay } from "node:timers/promises";
import { watchEvents } from "#lib/integrations/docker/events.ts";
import { withNamedLock } from "#lib/platform/db/named-lock.ts";
import { toAppError } from "#lib/platform/errors.ts";
import { logger } from "#lib/platform/logger.ts";
import { storeObservation } from "./commands/store-observation.ts";
import { isMoving, observeSwarm } from "./observation.ts";

const FULL_PASS_MS = 15_000;
const MOVING_PASS_MS = 2_000;
const SETTLE_MS = 150;
const SHORTEST_GAP_MS = 500;
const AGAIN_MS = 5_000;

/**
 * Writes what the swarm is doing to MySQL, for pages to read: on every event, and all of it every fifteen seconds. Of all the
 * workers one does it; when that one stops or dies, another takes over. Resolves when the signal is aborted.
 */
export async function startSwarmObserver(signal: AbortSignal): Promise<void> {
  let complained = "";
  while (!signal.aborted) {
    try {
      await withNamedLock("seaworthy_swarm_observer", signal, async (held) => {
        await observeWhile(held, () => {
          if (complained) logger.info("The swarm answers again");
          complained = "";
        });
      });
    } catch (error) {
      if (signal.aborted) return;
      const { message, detail } = toAppError(error);
      // Once for each kind of trouble, not every five seconds.
      if (complained !== message) logger.warn({ detail }, `The swarm cannot be observed: ${message}`);
      complained = message;
    }
    await delay(AGAIN_MS, undefined, { signal }).catch(() => {});
  }
}

async function observeWhile(signal: AbortSignal, onPass: () => void): Promise<void> {
  const bell = listen(signal);
  try {
    while (!signal.aborted) {
      const seen = await observeSwarm(signal);
      await storeObservation(seen);
      onPass();
      const started = Date.now();
      await bell.wait(isMoving(seen) ? MOVING_PASS_MS : FULL_PASS_MS);
      await delay(Math.max(SETTLE_MS, SHORTEST_GAP_MS - (Date.now() - started)), undefined, { signal });
    }
  } finally {
    bell.stop();
  }
}

/** Health checks make exec events every few seconds: those say nothing. */
const EVENTS = {
  type: ["service", "node", "container"],
  event: ["create", "update", "remove", "start", "die", "destroy", "health_status"],
};

function listen(signal: AbortSignal) {
  const stop = new AbortController();
  const either = AbortSignal.any([signal, stop.signal]);
  let rung = false;
  let wake = () => {};
  const run = async () => {
    for await (const _event of watchEvents(EVENTS, either)) {
      rung = true;
      wake();
    }
  };
  // Without events the full pass alone keeps the tables true.
  run().catch(() => {});
  return {
    stop: () => stop.abort(),
    wait: async (longestMs: number): Promise<void> => {
      const timer = new AbortController();
      const pause = delay(longestMs, undefined, { signal: AbortSignal.any([either, timer.signal]) }).catch(() => {});
      if (!rung)
        await Promise.race([
          pause,
          new Promise<void>((resolve) => {
            wake = resolve;
          }),
        ]);
      rung = false;
      timer.abort();
    },
  };
}
