import { db } from "#lib/platform/db/client.ts";

/** A record of this service that is not removed, with its zone. */
export async function readOwnRecord(id: string, serviceId: string | undefined) {
  const row = await db().dnsRecord.findUnique({
    where: { id },
    select: { id: true, name: true, type: true, state: true, serviceId: true, zone: true },
  });
  if (!row || serviceId === undefined || row.serviceId !== serviceId || row.state === "removed") return null;
  const { nameServers } = row.zone;
  return { ...row, zone: { ...row.zone, nameServers: Array.isArray(nameServers) ? nameServers.map(String) : [] } };
}
