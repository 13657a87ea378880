import type { Action } from "#lib/access/policy.ts";
import { may } from "#lib/access/policy.ts";
import type { Actor } from "#lib/access/types.ts";
import { config } from "#lib/platform/config/config.ts";
import type { Tx } from "#lib/platform/db/client.ts";
import { isInZone, withoutStar } from "./names.ts";

interface Named {
  id: string;
  name: string;
}

/**
 * Whose a name is. personal: under somebody's username · service: a service's own name and all below it · record: a name that a
 * record belongs to already · zone: nobody's, so the administrators' · panel: only challenges write there · outside: in no zone.
 */
export interface Place {
  kind: "panel" | "personal" | "service" | "record" | "zone" | "outside";
  /** The zone that holds it; null: none does, or none was read yet. */
  zone: (Named & { providerZoneId: string }) | null;
  /** Who answers for it: the person, or the service's owner. */
  ownerId: string | null;
  service: Named | null;
  /** Names of this place end with it. */
  suffix: string;
}

export const CHALLENGE_LABEL = "_acme-challenge";

const isChallenge = (name: string) => name.split(".").includes(CHALLENGE_LABEL);

/** Every name a name lies in, itself first: a.b.c, b.c, c. */
const ancestorsOf = (name: string): string[] => {
  const labels = name.split(".");
  return labels.map((_, index) => labels.slice(index).join("."));
};

/** The zone that holds a name: of several, the one nearest to it. */
async function findZoneOf(tx: Tx, name: string): Promise<Place["zone"]> {
  const zones = await tx.dnsZone.findMany({
    where: { name: { in: ancestorsOf(withoutStar(name)) } },
    select: { id: true, name: true, providerZoneId: true },
  });
  return zones.sort((a, b) => b.name.length - a.name.length)[0] ?? null;
}

/** The label right under ROOT_DOMAIN; undefined for the root itself and for what is not below it. */
function labelUnderRoot(name: string): string | undefined {
  const root = config().ROOT_DOMAIN;
  return name !== root && isInZone(name, root)
    ? name
        .slice(0, -root.length - 1)
        .split(".")
        .at(-1)
    : undefined;
}

const SERVICE = { id: true, name: true, ownerId: true } as const;

const beginOfGrace = () => new Date(Date.now() - config().DNS_GRACE_DAYS * 86_400_000);

/** By an existing mark on exactly this name: a record of somebody's, or a service's claim to the host name. */
async function findHolder(tx: Tx, zoneId: string | null, name: string) {
  const claim = await tx.serviceClaim.findFirst({
    where: { kind: "hostname", value: name, serviceId: { not: null } },
    select: { serviceId: true },
  });
  const row =
    claim === null && zoneId !== null
      ? await tx.dnsRecord.findFirst({
          where: {
            zoneId,
            name,
            AND: [
              { OR: [{ ownerId: { not: null } }, { serviceId: { not: null } }] },
              // A removed one keeps its name for the days of grace.
              { OR: [{ state: { not: "removed" } }, { removedAt: { gt: beginOfGrace() } }] },
            ],
          },
          orderBy: { createdAt: "asc" },
          select: { ownerId: true, serviceId: true },
        })
      : null;
  const serviceId = claim?.serviceId ?? row?.serviceId;
  const service = serviceId
    ? await tx.service.findFirst({ where: { id: serviceId, state: { not: "retired" } }, select: SERVICE })
    : null;
  if (service) return { ownerId: service.ownerId, service: { id: service.id, name: service.name } };
  return row?.ownerId ? { ownerId: row.ownerId, service: null } : null;
}

/** Whose a name is (lower case, A-labels); a wildcard is its parent's. */
export async function placeOfName(tx: Tx, wanted: string): Promise<Place> {
  const name = withoutStar(wanted);
  const zone = await findZoneOf(tx, name);
  const nobody = { zone, ownerId: null, service: null, suffix: zone?.name ?? name };
  if (!zone) return { ...nobody, kind: "outside" };
  if (isChallenge(name)) return { ...nobody, kind: "panel" };
  const label = labelUnderRoot(name);
  if (label !== undefined) {
    const suffix = `${label}.${config().ROOT_DOMAIN}`;
    const service = await tx.service.findFirst({ where: { name: label, state: { not: "retired" } }, select: SERVICE });
    if (service)
      return {
        kind: "service",
        zone,
        suffix,
        ownerId: service.ownerId,
        service: { id: service.id, name: service.name },
      };
    const user = await tx.user.findUnique({ where: { username: label }, select: { id: true } });
    if (user) return { kind: "personal", zone, suffix, ownerId: user.id, service: null };
  }
  const holder = await findHolder(tx, zone.id, wanted);
  return holder ? { ...nobody, ...holder, kind: "record", suffix: name } : { ...nobody, kind: "zone" };
}

/** What the policy looks at. */
export const subjectOf = ({ ownerId, service }: Pick<Place, "ownerId" | "service">) => ({
  ownerId,
  serviceId: service?.id ?? null,
});

/** Why the actor may not have names here; undefined when they may. */
export function findPlaceRefusal(actor: Actor, place: Place, name: string, action: Action = "records.create") {
  if (place.kind === "outside") return `${name} is in none of the zones the panel looks after.`;
  if (place.kind === "panel")
    return `Names with ${CHALLENGE_LABEL} belong to the panel: certificates are proven there, and whoever writes them could have one issued.`;
  if (may(actor, action, subjectOf(place)).ok) return undefined;
  if (place.service) return `${name} belongs to the service ${place.service.name}, which you do not own.`;
  if (place.kind === "personal") return `${name} is in somebody else's own names.`;
  if (place.kind === "record") return `${name} belongs to somebody else.`;
  return `${name} is in nobody's own names: only administrators make records there.`;
}
