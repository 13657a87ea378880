import type { Metadata } from "next";
import { requireActor } from "#app/actor.ts";
import { ZoneList } from "#components/domains/zone-list.tsx";
import { listZones } from "#lib/dns/queries/list-zones.ts";

export const metadata: Metadata = { title: "Zones" };

export default async function ZonesPage() {
  return <ZoneList initialData={await listZones(await requireActor())} />;
}
