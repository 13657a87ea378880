import { checkRenewalWindows } from "#lib/certificates/commands/check-renewal-windows.ts";
import { redeliver } from "#lib/certificates/commands/redeliver.ts";
import { renewDue } from "#lib/certificates/commands/renew-due.ts";
import { type Loop, startLoop } from "#lib/runs/loop.ts";

const RENEWALS_MS = 20_000;
const WINDOWS_MS = 60_000;
const REDELIVER_MS = 5 * 60_000;
const ROUND_LIMIT_MS = 10 * 60_000;

/** What renews certificates without anybody asking. */
export function startRenewals(): Loop[] {
  return [
    startLoop("renewals", RENEWALS_MS, () => renewDue(), ROUND_LIMIT_MS),
    startLoop("deliveries", REDELIVER_MS, () => redeliver(), ROUND_LIMIT_MS),
    startLoop("renewal windows", WINDOWS_MS, () => checkRenewalWindows(), ROUND_LIMIT_MS),
  ];
}
