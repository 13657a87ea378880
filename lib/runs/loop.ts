import { setTimeout as delay } from "node:timers/promises";
import { withDeadline } from "#lib/platform/deadline.ts";
import { logger } from "#lib/platform/logger.ts";

/** A round that hangs is given up, so that there is a next one. */
const DEADLINE_MS = 60_000;

export interface Loop {
  /** Resolves when the round under way has ended. */
  stop(): Promise<void>;
}

/** Does something again and again with a pause in between. A failed round is logged when its message is a new one. */
export function startLoop(
  name: string,
  everyMs: number,
  round: () => Promise<unknown>,
  deadlineMs = DEADLINE_MS,
): Loop {
  const controller = new AbortController();
  let lastFailure = "";

  async function go(): Promise<void> {
    while (!controller.signal.aborted) {
      try {
        await withDeadline(name, deadlineMs, round());
        lastFailure = "";
      } catch (error) {
        const message = error instanceof Error ? error.message : String(error);
        if (message !== lastFailure) logger.warn({ loop: name, error: message }, "a round failed; it goes on");
        lastFailure = message;
      }
      // Not all processes in step with each other.
      const pause = everyMs * (0.8 + Math.random() * 0.4);
      await delay(pause, undefined, { signal: controller.signal }).catch(() => {});
    }
  }

  const done = go();
  return {
    async stop() {
      controller.abort();
      await done;
    },
  };
}
