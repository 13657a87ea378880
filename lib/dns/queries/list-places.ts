import { authorize, may } from "#lib/access/policy.ts";
import type { UserActor } from "#lib/access/types.ts";
import { config } from "#lib/platform/config/config.ts";
import { db, type Tx } from "#lib/platform/db/client.ts";
import { isInZone } from "../names.ts";
import type { RecordPlace, RecordPlaces } from "../types.ts";

/** 0 in the settings: any number. */
const limitOf = (setting: number): number | null => (setting === 0 ? null : setting);

/** Records somebody has, or a service: those of a removed state no longer count. */
export const countRecordsOf = (tx: Tx, owner: { ownerId: string } | { serviceId: string }): Promise<number> =>
  tx.dnsRecord.count({ where: { ...owner, state: { notIn: ["removed", "removing"] } } });

export const limitOfPlace = (kind: "personal" | "service"): number | null =>
  limitOf(kind === "personal" ? config().DNS_RECORDS_PER_USER : config().DNS_RECORDS_PER_SERVICE);

async function readUsed(serviceIds: string[]): Promise<Map<string, number>> {
  const counts = await db().dnsRecord.groupBy({
    by: ["serviceId"],
    where: { serviceId: { in: serviceIds }, state: { notIn: ["removed", "removing"] } },
    _count: { _all: true },
  });
  return new Map(counts.map(({ serviceId, _count }) => [serviceId ?? "", _count._all]));
}

/** Where the actor may make records, their own first, with how many there are and may be. */
export async function listPlaces(actor: UserActor): Promise<RecordPlaces> {
  authorize(actor, "records.list");
  const { ROOT_DOMAIN, DNS_PERSONAL_LIFETIME_DAYS: lifetimeDays } = config();
  const [zones, user, services] = await Promise.all([
    db().dnsZone.findMany({ select: { id: true, name: true }, orderBy: { name: "asc" } }),
    db().user.findUnique({ where: { id: actor.id }, select: { username: true } }),
    db().service.findMany({
      where: { ownerId: actor.id, state: { not: "retired" } },
      select: { id: true, name: true },
      orderBy: { name: "asc" },
    }),
  ]);
  const zoneOf = (name: string) =>
    zones.filter((zone) => isInZone(name, zone.name)).sort((a, b) => b.name.length - a.name.length)[0];
  const places: RecordPlace[] = [];
  const add = (place: Omit<RecordPlace, "zone">) => {
    const zone = zoneOf(place.suffix);
    if (zone) places.push({ ...place, zone });
  };
  if (user)
    add({
      kind: "personal",
      suffix: `${user.username}.${ROOT_DOMAIN}`,
      service: null,
      used: await countRecordsOf(db(), { ownerId: actor.id }),
      limit: limitOfPlace("personal"),
    });
  const used = await readUsed(services.map(({ id }) => id));
  for (const service of services)
    if (may(actor, "records.create", { ownerId: actor.id, serviceId: service.id }).ok)
      add({
        kind: "service",
        suffix: `${service.name}.${ROOT_DOMAIN}`,
        service,
        used: used.get(service.id) ?? 0,
        limit: limitOfPlace("service"),
      });
  if (may(actor, "records.create").ok)
    for (const zone of zones) add({ kind: "zone", suffix: zone.name, service: null, used: 0, limit: null });
  return { places, lifetimeDays };
}
