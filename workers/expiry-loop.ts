import { sweepExpiry } from "#lib/dns/commands/sweep-expiry.ts";
import { config } from "#lib/platform/config/config.ts";
import { type Loop, startLoop } from "#lib/runs/loop.ts";

/** Ends records, reminds of those that end soon, and forgets those whose grace is over. Any number of workers may. */
export const startExpiryLoop = (): Loop =>
  startLoop("record ends", config().EXPIRATION_REPEAT_FREQUENCY_S * 1_000, () => sweepExpiry());
