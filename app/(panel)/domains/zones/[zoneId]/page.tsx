import type { Metadata } from "next";
import { requireActor } from "#app/actor.ts";
import { ZonePage } from "#components/domains/zone-page.tsx";
import { Page } from "#components/ui/page.tsx";
import { listForeign } from "#lib/dns/queries/list-zones.ts";
import { loadZone, type ZonePageProps } from "../../load-zone.ts";

export async function generateMetadata({ params }: ZonePageProps): Promise<Metadata> {
  return { title: (await loadZone((await params).zoneId)).name };
}

export default async function Zone({ params }: ZonePageProps) {
  const zone = await loadZone((await params).zoneId);
  const foreign = await listForeign(await requireActor(), zone.id, {});
  return (
    <Page>
      <ZonePage initialData={zone} initialForeign={foreign} />
    </Page>
  );
}
