import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { ImportZone } from "#components/domains/import-zone.tsx";
import { Page } from "#components/ui/page.tsx";
import { PageHeader } from "#components/ui/page-header.tsx";
import { loadZone, type ZonePageProps } from "../../../load-zone.ts";

export const metadata: Metadata = { title: "Import a zone file" };

export default async function ImportPage({ params }: ZonePageProps) {
  const zone = await loadZone((await params).zoneId);
  const own = `/domains/zones/${zone.id}`;
  if (!zone.may.import) redirect(own);
  return (
    <Page>
      <PageHeader
        crumbs={[
          { label: "Domains", href: "/domains" },
          { label: "Zones", href: "/domains/zones" },
          { label: zone.name, href: own },
        ]}
        title="Import a zone file"
        note="Nothing is written before you have seen what would come of each line."
      />
      <ImportZone zone={zone} />
    </Page>
  );
}
