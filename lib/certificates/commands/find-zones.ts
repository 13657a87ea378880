import { removeChallenges } from "#lib/dns/commands/challenge.ts";
import { findRootZone } from "#lib/dns/commands/ensure-root-zone.ts";
import { isInZone } from "#lib/dns/names.ts";
import type { Zone } from "#lib/dns/types.ts";
import { db } from "#lib/platform/db/client.ts";
import { AppError } from "#lib/platform/errors.ts";
import type { LedgerResource, StepContext } from "#lib/steps/types.ts";

const bare = (name: string) => name.replace(/^\*\./, "");

/** Zones in which challenges can be published: the one of the settings and every other that the panel keeps. */
export class Zones {
  readonly #zones: readonly Zone[];
  constructor(zones: readonly Zone[]) {
    this.#zones = [...zones].sort((a, b) => b.name.length - a.name.length);
  }

  /** The zone a name stands in: the one with the longest suffix. */
  of(name: string): Zone {
    const zone = this.#zones.find((one) => isInZone(bare(name), one.name));
    if (zone) return zone;
    const known = this.#zones.map((one) => one.name).join(", ");
    throw new AppError({
      code: "certificates.outside_zone",
      message: `${name} is in none of the panel's zones (${known}), so the panel cannot prove that it is ours.`,
      advice: "Choose names below one of the panel's zones.",
      retry: "permanent",
    });
  }

  /** Takes every challenge value of this step out again, in whatever zone it was published. */
  async removeChallenges(ctx: StepContext, resources: readonly LedgerResource[]): Promise<void> {
    for (const zone of this.#zones) {
      const mine = resources.filter(({ providerId }) => providerId.startsWith(`${zone.providerZoneId}/`));
      if (mine.length > 0) await removeChallenges(ctx, zone, mine);
    }
  }
}

export async function findZones(signal?: AbortSignal): Promise<Zones> {
  const root = await findRootZone(signal);
  const rows = await db().dnsZone.findMany({ where: { providerZoneId: { not: root.providerZoneId } } });
  const others = rows.map((row) => ({
    ...row,
    nameServers: Array.isArray(row.nameServers) ? row.nameServers.map(String) : [],
  }));
  return new Zones([root, ...others]);
}

/** The same, when every one of these names is in one of them. */
export async function findZonesFor(names: readonly string[], signal?: AbortSignal): Promise<Zones> {
  const zones = await findZones(signal);
  for (const name of names) zones.of(name);
  return zones;
}
