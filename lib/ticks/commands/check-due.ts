import { config } from "#lib/platform/config/config.ts";
import { logger } from "#lib/platform/logger.ts";
import type { FindStep } from "#lib/steps/types.ts";
import { createTurns } from "../ask/turns.ts";
import { checkService } from "./check-service.ts";
import { claimDue } from "./claim-due.ts";

/** Services that one worker looks at in one go. */
const BATCH = 4;
const ASK_MS = 20_000;
const AGAIN_MS = 5_000;
const LATER_MS = 30_000;
/** Longer than looking at a batch can take: then another worker looks at what a dead one left. */
const LEASE_MS = 10 * 60_000;

interface CheckDueOptions {
  findStep: FindStep;
  signal: AbortSignal;
  /** For tests that do not wait. */
  againMs?: number;
  askMs?: number;
}

/** Looks at the services whose turn has come, batch after batch until none is left. Returns how many it looked at. */
export async function checkDue({
  findStep,
  signal,
  againMs = AGAIN_MS,
  askMs = ASK_MS,
}: CheckDueOptions): Promise<number> {
  const inTurn = createTurns(config().TICKS_CONCURRENCY);
  let looked = 0;
  for (;;) {
    if (signal.aborted) return looked;
    const claimed = await claimDue(BATCH, LEASE_MS);
    if (claimed.length === 0) return looked;
    const options = { findStep, inTurn, signal, againMs, timeoutMs: askMs };
    await Promise.all(
      claimed.map((service) =>
        checkService(service, { ...options, everyMs: config().TICKS_EVERY_S * 1_000, laterMs: LATER_MS }).catch(
          (error: unknown) => {
            logger.warn({ service: service.name, error: String(error) }, "a service's ticks could not be looked at");
          },
        ),
      ),
    );
    looked += claimed.length;
  }
}
