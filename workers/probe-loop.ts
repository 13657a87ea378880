import { probeServed } from "#lib/certificates/commands/probe-served.ts";
import { config } from "#lib/platform/config/config.ts";
import { type Loop, startLoop } from "#lib/runs/loop.ts";

/** A round ends before the loop gives it up. */
const ROUND_MS = 50_000;

/** Looks at what host names serve. It comes by more often than each name is due, so that many names are looked at in turn. */
export const startProbeLoop = (signal: AbortSignal): Loop =>
  startLoop("served certificates", Math.max(500, config().CERTIFICATE_PROBE_S * 100), async () => {
    if (signal.aborted) return;
    await probeServed(AbortSignal.any([signal, AbortSignal.timeout(ROUND_MS)]));
  });
