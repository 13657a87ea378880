import { getZone } from "#lib/integrations/route53/zones.ts";
import { config } from "#lib/platform/config/config.ts";
import { db } from "#lib/platform/db/client.ts";
import { AppError } from "#lib/platform/errors.ts";
import type { StepContext } from "#lib/steps/types.ts";
import { isInZone } from "../names.ts";
import type { Zone } from "../types.ts";
import { storeZone } from "./ensure-zones.ts";

/** The hosted zone of the settings: as stored, else as Route 53 describes it. Writes nothing. */
export async function findRootZone(signal?: AbortSignal): Promise<Zone> {
  const { AWS_ROUTE53_HOSTED_ZONE_ID: providerZoneId, ROOT_DOMAIN } = config();
  const row = await db().dnsZone.findUnique({ where: { providerZoneId } });
  const zone: Zone = row
    ? { ...row, nameServers: Array.isArray(row.nameServers) ? row.nameServers.map(String) : [] }
    : { ...(await getZone(providerZoneId, { signal })), id: null, providerZoneId };
  if (isInZone(ROOT_DOMAIN, zone.name)) return zone;
  throw new AppError({
    code: "dns.wrong_zone",
    message: `The hosted zone ${providerZoneId} is ${zone.name}, which does not hold ${ROOT_DOMAIN}.`,
    advice: "Put the id of ROOT_DOMAIN's own hosted zone in AWS_ROUTE53_HOSTED_ZONE_ID, then retry.",
    retry: "needs_person",
  });
}

/** The same, with its row in the database. */
export async function ensureRootZone(ctx: StepContext): Promise<Zone & { id: string }> {
  const found = await findRootZone(ctx.signal);
  if (found.id !== null) return { ...found, id: found.id };
  const { name, providerZoneId, nameServers } = found;
  const row = await ctx.write((tx) => storeZone(tx, { id: providerZoneId, name, nameServers }));
  return { ...found, id: row.id };
}
