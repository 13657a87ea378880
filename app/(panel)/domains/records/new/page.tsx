import { Globe } from "lucide-react";
import type { Metadata } from "next";
import { createLoader, parseAsString, type SearchParams } from "nuqs/server";
import { requireActor } from "#app/actor.ts";
import { RecordForm } from "#components/domains/record-form.tsx";
import { Card } from "#components/ui/card.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { Page } from "#components/ui/page.tsx";
import { PageHeader } from "#components/ui/page-header.tsx";
import { listPlaces } from "#lib/dns/queries/list-places.ts";

export const metadata: Metadata = { title: "New record" };

const loadWishes = createLoader({ under: parseAsString.withDefault("") });

export default async function NewRecord({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const places = await listPlaces(await requireActor());
  const { under } = await loadWishes(searchParams);
  return (
    <Page>
      <PageHeader
        crumbs={[{ label: "Domains", href: "/domains" }]}
        title="New record"
        note="What a name answers. It is written as soon as you create it."
      />
      {places.places.length > 0 ? (
        <RecordForm places={places} suffix={under} />
      ) : (
        <Card>
          <EmptyState icon={Globe} title="You have no names to give">
            Names belong to people, to services and to zones. Ask an administrator for a role that includes them.
          </EmptyState>
        </Card>
      )}
    </Page>
  );
}
