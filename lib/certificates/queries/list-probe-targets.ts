import { config } from "#lib/platform/config/config.ts";
import { db } from "#lib/platform/db/client.ts";
import type { ServedState } from "../probe.ts";

/** One look at many names must end before the next is due. */
const MOST_AT_ONCE = 300;

/** A host name to look at. */
export interface ProbeName {
  hostname: string;
  /** The certificate it is expected to serve; of several, the one that was issued last. */
  certificateId: string;
  serviceId: string | null;
  /** Who is told; null: nobody. */
  ownerId: string | null;
  /** Serials that may be served: of every certificate with this name that is delivered. */
  serials: string[];
  /** What was seen last. */
  known: { address: string; state: ServedState; since: Date } | null;
}

export interface ProbeTargets {
  due: ProbeName[];
  zones: string[];
  /** Host names that were looked at and are no more: their certificate is not issued or not delivered any longer. */
  gone: string[];
}

/**
 * Brought somewhere at least once: where a renewed one could not be brought is where an old one goes on being served, which is
 * what the look is for.
 */
const BROUGHT = { OR: [{ state: "delivered" }, { state: { in: ["error", "pending"] }, deliveredAt: { not: null } }] };

/** Host names of issued certificates that were brought somewhere, those that were looked at longest ago in front. */
export async function listProbeTargets(now: Date, everyMs: number): Promise<ProbeTargets> {
  const [certificates, rows, zones] = await Promise.all([
    db().certificate.findMany({
      where: { state: "issued", serial: { not: null }, deliveries: { some: BROUGHT } },
      select: {
        ...{ id: true, names: true, serial: true, serviceId: true, ownerId: true },
        service: { select: { ownerId: true } },
      },
      orderBy: { issuedAt: "asc" },
    }),
    db().servedCertificate.findMany(),
    db().dnsZone.findMany({ select: { name: true } }),
  ]);
  const known = new Map(rows.map((row) => [row.hostname, row]));
  const names = new Map<string, ProbeName>();
  for (const one of certificates)
    for (const hostname of one.names.split(",").filter((name) => !name.startsWith("*."))) {
      const row = known.get(hostname);
      names.set(hostname, {
        hostname,
        certificateId: one.id,
        serviceId: one.serviceId,
        ownerId: one.service?.ownerId ?? one.ownerId,
        serials: [...(names.get(hostname)?.serials ?? []), one.serial ?? ""],
        known: row ? { address: row.address, state: row.state as ServedState, since: row.since } : null,
      });
    }
  // One that leads nowhere is never noted: many of them must not come before all others for ever, nor before each other.
  const justDue = now.getTime() - everyMs;
  const lookedAt = (hostname: string) => known.get(hostname)?.checkedAt.getTime() ?? justDue;
  const chance = new Map([...names.keys()].map((hostname) => [hostname, Math.random()]));
  const byChance = (a: ProbeName, b: ProbeName) => (chance.get(a.hostname) ?? 0) - (chance.get(b.hostname) ?? 0);
  return {
    due: [...names.values()]
      .filter(({ hostname }) => lookedAt(hostname) <= justDue)
      .sort((a, b) => lookedAt(a.hostname) - lookedAt(b.hostname) || byChance(a, b))
      .slice(0, MOST_AT_ONCE),
    zones: [...new Set([config().ROOT_DOMAIN, ...zones.map(({ name }) => name)])],
    gone: rows.map(({ hostname }) => hostname).filter((hostname) => !names.has(hostname)),
  };
}
