import { config } from "#lib/platform/config/config.ts";
import { type Loop, startLoop } from "#lib/runs/loop.ts";
import { probePages } from "#lib/watching/commands/probe-pages.ts";
import { refreshMonitors } from "#lib/watching/commands/refresh-monitors.ts";
import { tendWindows } from "#lib/watching/commands/tend-windows.ts";

/** Often: what died must not keep monitors quiet for a minute. */
const TEND_EVERY_MS = 5_000;
/** A round ends before the loop gives it up. */
const ROUND_MS = 45_000;
const COMES_BY_MS = 5_000;

/** Ends maintenance, looks at pages, asks how monitors are. In every worker that sends notices: any number may do it at once. */
export function startWatchingLoops(signal: AbortSignal): Loop[] {
  const bounded = (work: (signal: AbortSignal) => Promise<void>) => async () => {
    if (!signal.aborted) await work(AbortSignal.any([signal, AbortSignal.timeout(ROUND_MS)]));
  };
  const comesBy = Math.min(COMES_BY_MS, config().WATCHING_PROBE_S * 250);
  return [
    startLoop("maintenance", TEND_EVERY_MS, bounded(tendWindows)),
    startLoop("pages", comesBy, bounded(probePages)),
    startLoop("monitors", comesBy, bounded(refreshMonitors)),
  ];
}
