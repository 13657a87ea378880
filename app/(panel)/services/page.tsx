import type { Metadata } from "next";
import { createLoader, parseAsString, parseAsStringLiteral, type SearchParams } from "nuqs/server";
import { Suspense } from "react";
import { requireActor } from "#app/actor.ts";
import { Drafts } from "#components/services/drafts.tsx";
import { NewServiceButton } from "#components/services/new-service-button.tsx";
import { ServicesList } from "#components/services/services-list.tsx";
import { LoadingCard } from "#components/ui/loading-card.tsx";
import { Page } from "#components/ui/page.tsx";
import { PageHeader } from "#components/ui/page-header.tsx";
import { may } from "#lib/access/policy.ts";
import type { Actor } from "#lib/access/types.ts";
import { SERVICE_STATES } from "#lib/services/constants.ts";
import { listServices, SERVICE_SORTS } from "#lib/services/queries/list-services.ts";
import { listDrafts } from "#lib/services/queries/read-draft.ts";

export const metadata: Metadata = { title: "Services" };

const loadFilters = createLoader({
  q: parseAsString.withDefault(""),
  state: parseAsStringLiteral(SERVICE_STATES),
  sort: parseAsStringLiteral(SERVICE_SORTS).withDefault("name"),
});

interface ServicesPageProps {
  searchParams: Promise<SearchParams>;
}

export default async function ServicesPage({ searchParams }: ServicesPageProps) {
  const actor = await requireActor();
  return (
    <Page>
      <PageHeader title="Services" actions={may(actor, "drafts.create").ok ? <NewServiceButton /> : null} />
      <Suspense fallback={<LoadingCard label="Loading services" />}>
        <Loaded actor={actor} searchParams={searchParams} />
      </Suspense>
    </Page>
  );
}

async function Loaded({ actor, searchParams }: ServicesPageProps & { actor: Actor }) {
  const { q, state, sort } = await loadFilters(searchParams);
  const [services, drafts] = await Promise.all([
    listServices(actor, { q, state: state ?? undefined, sort }),
    may(actor, "drafts.list").ok ? listDrafts(actor) : [],
  ]);
  return (
    <>
      <Drafts drafts={drafts} />
      <ServicesList
        initialData={services}
        initialFilters={{ q, state: state ?? "", sort }}
        mayCreate={may(actor, "drafts.create").ok}
      />
    </>
  );
}
