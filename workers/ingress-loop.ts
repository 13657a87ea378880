import { restoreIngress } from "#lib/ingress/commands/restore.ts";
import { type Loop, startLoop } from "#lib/runs/loop.ts";

const EVERY_MS = 60_000;
/** A round ends before the loop gives it up. */
const ROUND_MS = 50_000;

/** Brings back what the reverse proxy has lost. */
export const startIngressLoop = (signal: AbortSignal): Loop =>
  startLoop("ingress", EVERY_MS, async () => {
    if (!signal.aborted) await restoreIngress(AbortSignal.any([signal, AbortSignal.timeout(ROUND_MS)]));
  });
