import { ensureZones, refreshNameServers } from "#lib/dns/commands/ensure-zones.ts";
import { createZoneSweep, startSweepSync, wakeWaitingSync } from "#lib/dns/commands/sweep-zones.ts";
import { lookAtZone } from "#lib/dns/sync/look-at-zone.ts";
import { config } from "#lib/platform/config/config.ts";
import { withNamedLock } from "#lib/platform/db/named-lock.ts";
import { transaction } from "#lib/platform/db/transaction.ts";
import { toAppError } from "#lib/platform/errors.ts";
import { logger } from "#lib/platform/logger.ts";
import { type Loop, startLoop } from "#lib/runs/loop.ts";

const SWEEP_MS = 3_000;
const MOST_MS = 30_000;
/** A hundred thousand records are read in less than a minute. */
const PASS_LIMIT_MS = 10 * 60_000;

/** Compares every zone that is due with the database. Of several workers one does it. */
export async function passZones(signal: AbortSignal): Promise<void> {
  await withNamedLock("dns-full-pass", signal, async (held) => {
    const dueMs = config().DNS_FULL_PASS_S * 1_000;
    for (const zone of await ensureZones(held)) {
      if (zone.syncedAt && Date.now() - zone.syncedAt.getTime() < dueMs) continue;
      try {
        await passZone(zone, held);
      } catch (error) {
        held.throwIfAborted();
        // The other zones shall not wait for this one.
        logger.warn({ zone: zone.name, error: toAppError(error).message }, "zone not compared");
      }
    }
  });
}

type ConfiguredZone = Awaited<ReturnType<typeof ensureZones>>[number];

async function passZone(zone: ConfiguredZone, signal: AbortSignal): Promise<void> {
  const { id, name } = zone;
  await refreshNameServers(zone, signal);
  const news = await lookAtZone({ signal, write: transaction }, id);
  logger.info({ zone: name, ...news }, "zone compared");
  if (news.released) await wakeWaitingSync(id);
  else if (news.waiting > 0) await startSweepSync(id, `Sync after a comparison of ${name}`);
}

/** What keeps the zones in Route 53 and the records in the database together without anybody asking. */
export function startDnsLoops(signal: AbortSignal): Loop[] {
  // A few times in each period, so that a worker that died is missed for a part of it only.
  const everyMs = Math.min(MOST_MS, (config().DNS_FULL_PASS_S * 1_000) / 4);
  return [
    startLoop("dns sweep", SWEEP_MS, createZoneSweep()),
    startLoop("dns full pass", everyMs, () => passZones(signal), PASS_LIMIT_MS),
  ];
}
