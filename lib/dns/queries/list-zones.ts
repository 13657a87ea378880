import { authorize, may } from "#lib/access/policy.ts";
import type { Actor } from "#lib/access/types.ts";
import { db, type Prisma } from "#lib/platform/db/client.ts";
import { notFound } from "#lib/platform/errors.ts";
import { RECORD_TYPES } from "../constants.ts";
import type { ForeignPage, ZoneList, ZoneView } from "../types.ts";
import { readValues } from "./record-row.ts";

type ZoneRow = Prisma.DnsZoneGetPayload<Record<never, never>>;
const STATES = ["pending", "in_sync", "error", "drift", "removing"] as const;
const FOREIGN_PAGE = 50;

/** How many records of each state, by zone: read from the index of zone and state alone. */
async function countRecords(zoneIds: string[]): Promise<Map<string, ZoneView["counts"]>> {
  const [states, foreign] = await Promise.all([
    db().dnsRecord.groupBy({ by: ["zoneId", "state"], where: { zoneId: { in: zoneIds } }, _count: { _all: true } }),
    db().dnsForeignRecord.groupBy({ by: ["zoneId"], where: { zoneId: { in: zoneIds } }, _count: { _all: true } }),
  ]);
  return new Map(
    zoneIds.map((id) => {
      const own = states.filter(({ zoneId }) => zoneId === id);
      const count = (state: string) => own.find((one) => one.state === state)?._count._all ?? 0;
      return [
        id,
        {
          ...(Object.fromEntries(STATES.map((state) => [state, count(state)])) as Omit<ZoneView["counts"], "foreign">),
          foreign: foreign.find(({ zoneId }) => zoneId === id)?._count._all ?? 0,
        },
      ];
    }),
  );
}

async function toViews(actor: Actor, zones: ZoneRow[]): Promise<ZoneView[]> {
  const counts = await countRecords(zones.map(({ id }) => id));
  const none = { pending: 0, in_sync: 0, error: 0, drift: 0, removing: 0, foreign: 0 };
  return zones.map((zone) => ({
    id: zone.id,
    name: zone.name,
    providerZoneId: zone.providerZoneId,
    nameServers: readValues(zone.nameServers),
    syncedAt: zone.syncedAt?.toISOString() ?? null,
    setCount: zone.setCount,
    counts: counts.get(zone.id) ?? none,
    heldReason: zone.heldReason,
    heldAt: zone.heldAt?.toISOString() ?? null,
    heldPlanHash: zone.heldPlanHash ? Buffer.from(zone.heldPlanHash).toString("hex") : null,
    may: {
      sync: may(actor, "zones.sync").ok,
      allow: may(actor, "zones.allow").ok,
      import: may(actor, "zones.import").ok,
      adopt: may(actor, "records.adoptForeign").ok,
    },
  }));
}

/** The hosted zones the panel looks after. */
export async function listZones(actor: Actor): Promise<ZoneList> {
  authorize(actor, "zones.read");
  return { zones: await toViews(actor, await db().dnsZone.findMany({ orderBy: { name: "asc" } })) };
}

export async function getZone(actor: Actor, id: string): Promise<ZoneView> {
  authorize(actor, "zones.read");
  const zone = await db().dnsZone.findUnique({ where: { id } });
  const [view] = zone ? await toViews(actor, [zone]) : [];
  if (!view) throw notFound("zone");
  return view;
}

/** Record sets of a zone that are not the panel's, as the last full pass saw them. */
export async function listForeign(
  actor: Actor,
  zoneId: string,
  { q, after }: { q?: string | undefined; after?: string | undefined },
): Promise<ForeignPage> {
  authorize(actor, "zones.read");
  const zone = await db().dnsZone.findUnique({ where: { id: zoneId }, select: { name: true } });
  if (!zone) throw notFound("zone");
  const [name = "", id = ""] = after?.split("~") ?? [];
  const text = q?.trim().toLowerCase();
  const rows = await db().dnsForeignRecord.findMany({
    where: {
      zoneId,
      AND: [
        ...(text ? [{ OR: [{ name: { contains: text } }, { type: text.toUpperCase() }] }] : []),
        ...(after === undefined ? [] : [{ OR: [{ name: { gt: name } }, { name, id: { gt: id } }] }]),
      ],
    },
    orderBy: [{ name: "asc" }, { id: "asc" }],
    take: FOREIGN_PAGE + 1,
  });
  const page = rows.slice(0, FOREIGN_PAGE);
  const last = rows.length > FOREIGN_PAGE ? page.at(-1) : undefined;
  return {
    items: page.map((row) => ({
      id: row.id,
      name: row.name,
      type: row.type,
      setIdentifier: row.setIdentifier || null,
      ttl: row.ttl,
      values: readValues(row.values),
      alias: row.alias,
      seenAt: row.seenAt.toISOString(),
      adoptable: isAdoptable(row, zone.name),
    })),
    next: last ? `${last.name}~${last.id}` : null,
  };
}

interface ForeignSet {
  name: string;
  type: string;
  setIdentifier: string;
  ttl: number | null;
  alias: string | null;
}

/** A plain set of a type the panel keeps; the zone's own NS and SOA stay Route 53's. */
export const isAdoptable = ({ name, type, setIdentifier, ttl, alias }: ForeignSet, zone: string): boolean =>
  (RECORD_TYPES as readonly string[]).includes(type) &&
  setIdentifier === "" &&
  ttl !== null &&
  alias === null &&
  !(type === "NS" && name === zone) &&
  !name.split(".").includes("_acme-challenge");
