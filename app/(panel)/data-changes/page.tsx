import type { Metadata } from "next";
import { createLoader, parseAsString, parseAsStringLiteral, type SearchParams } from "nuqs/server";
import { Suspense } from "react";
import { requireActor } from "#app/actor.ts";
import { DataChangesList } from "#components/data-changes/data-changes-list.tsx";
import { NewDataChangeButton } from "#components/data-changes/new-data-change-button.tsx";
import { NotForViewers } from "#components/data-changes/not-for-viewers.tsx";
import { LoadingCard } from "#components/ui/loading-card.tsx";
import { Page } from "#components/ui/page.tsx";
import { PageHeader } from "#components/ui/page-header.tsx";
import { may } from "#lib/access/policy.ts";
import type { Actor } from "#lib/access/types.ts";
import { LIST_FILTERS } from "#lib/data-changes/constants.ts";
import { listDataChanges } from "#lib/data-changes/queries/list-data-changes.ts";

export const metadata: Metadata = { title: "Data changes" };

const loadFilters = createLoader({
  q: parseAsString.withDefault(""),
  filter: parseAsStringLiteral(LIST_FILTERS),
});

interface Props {
  searchParams: Promise<SearchParams>;
}

export default async function DataChanges({ searchParams }: Props) {
  const actor = await requireActor();
  const reads = may(actor, "dataChanges.read").ok;
  return (
    <Page>
      <PageHeader
        roomy
        title="Data changes"
        note="Corrections of production data: written down, approved by somebody else, carried out once, reported."
        actions={may(actor, "dataChanges.write").ok ? <NewDataChangeButton /> : null}
      />
      {reads ? (
        <Suspense fallback={<LoadingCard label="Loading data changes" />}>
          <Loaded actor={actor} searchParams={searchParams} />
        </Suspense>
      ) : (
        <NotForViewers />
      )}
    </Page>
  );
}

async function Loaded({ actor, searchParams }: Props & { actor: Actor }) {
  const { q, filter } = await loadFilters(searchParams);
  const page = await listDataChanges(actor, { ...(q ? { q } : {}), ...(filter ? { filter } : {}) });
  return <DataChangesList initialData={page} initialFilters={{ q, filter: filter ?? "" }} />;
}
