import { randomUUID } from "node:crypto";
import { getZone, type HostedZone } from "#lib/integrations/route53/zones.ts";
import { config } from "#lib/platform/config/config.ts";
import { db, type Tx } from "#lib/platform/db/client.ts";
import { transaction } from "#lib/platform/db/transaction.ts";
import { toAppError } from "#lib/platform/errors.ts";
import { logger } from "#lib/platform/logger.ts";

/** The row of a hosted zone, by name: a zone made anew keeps its records' history. */
export async function storeZone(
  tx: Tx,
  { id: providerZoneId, name, nameServers }: HostedZone,
): Promise<{ id: string }> {
  const fields = { providerZoneId, nameServers };
  return tx.dnsZone.upsert({
    where: { name },
    create: { id: randomUUID(), name, ...fields },
    update: fields,
    select: { id: true },
  });
}

interface KnownZone {
  id: string;
  name: string;
  providerZoneId: string;
  nameServers: unknown;
  syncedAt: Date | null;
}

/** Rows for every hosted zone of the settings; asks Route 53 only about those that have none. */
export async function ensureZones(signal: AbortSignal): Promise<KnownZone[]> {
  const { AWS_ROUTE53_HOSTED_ZONE_ID, AWS_ROUTE53_EXTRA_HOSTED_ZONE_IDS } = config();
  const wanted = [...new Set([AWS_ROUTE53_HOSTED_ZONE_ID, ...AWS_ROUTE53_EXTRA_HOSTED_ZONE_IDS])];
  const find = () =>
    db().dnsZone.findMany({
      where: { providerZoneId: { in: wanted } },
      select: { id: true, name: true, syncedAt: true, providerZoneId: true, nameServers: true },
    });
  const found = await find();
  const known = new Set(found.map(({ providerZoneId }) => providerZoneId));
  const missing = wanted.filter((one) => !known.has(one));
  for (const id of missing) {
    try {
      const zone = await getZone(id, { signal });
      await transaction((tx) => storeZone(tx, zone));
    } catch (error) {
      signal.throwIfAborted();
      // One wrong id in the settings takes nothing from the other zones.
      logger.warn({ zoneId: id, error: toAppError(error).message }, "hosted zone not found");
    }
  }
  return missing.length > 0 ? find() : found;
}

/** Notes the zone's name servers when Route 53 has given it others. */
export async function refreshNameServers(zone: KnownZone, signal: AbortSignal): Promise<void> {
  const { nameServers } = await getZone(zone.providerZoneId, { signal });
  const before = Array.isArray(zone.nameServers) ? zone.nameServers.map(String) : [];
  if (before.toSorted().join() === nameServers.toSorted().join()) return;
  await transaction((tx) => tx.dnsZone.update({ where: { id: zone.id }, data: { nameServers } }));
}
