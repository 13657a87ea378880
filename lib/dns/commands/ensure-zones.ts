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

/** Rows for every hosted zone of the settings; asks Route 53 only about those that have none. */
export async function ensureZones(signal: AbortSignal): Promise<{ id: string; name: string; syncedAt: Date | null }[]> {
  const { AWS_ROUTE53_HOSTED_ZONE_ID, AWS_ROUTE53_EXTRA_HOSTED_ZONE_IDS } = config();
  const wanted = [...new Set([AWS_ROUTE53_HOSTED_ZONE_ID, ...AWS_ROUTE53_EXTRA_HOSTED_ZONE_IDS])];
  const find = () =>
    db().dnsZone.findMany({
      where: { providerZoneId: { in: wanted } },
      select: { id: true, name: true, syncedAt: true, providerZoneId: true },
    });
  const known = new Set((await find()).map(({ providerZoneId }) => providerZoneId));
  for (const id of wanted.filter((one) => !known.has(one))) {
    try {
      const zone = await getZone(id, { signal });
      await transaction((tx) => storeZone(tx, zone));
    } catch (error) {
      signal.throwIfAborted();
      // One wrong id in the settings takes nothing from the other zones.
      logger.warn({ zoneId: id, error: toAppError(error).message }, "hosted zone not found");
    }
  }
  return find();
}
