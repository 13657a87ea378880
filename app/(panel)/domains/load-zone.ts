import { notFound } from "next/navigation";
import { cache } from "react";
import { requireActor } from "#app/actor.ts";
import { getZone } from "#lib/dns/queries/list-zones.ts";
import type { ZoneView } from "#lib/dns/types.ts";
import { AppError } from "#lib/platform/errors.ts";

export interface ZonePageProps {
  params: Promise<{ zoneId: string }>;
}

/** The zone of the address, asked once for the page and its title. */
export const loadZone = cache(async (zoneId: string): Promise<ZoneView> => {
  const actor = await requireActor();
  try {
    return await getZone(actor, zoneId);
  } catch (error) {
    if (error instanceof AppError && error.status === 404) notFound();
    throw error;
  }
});
