import type { Metadata } from "next";
import { createLoader, parseAsString, parseAsStringLiteral, type SearchParams } from "nuqs/server";
import { Suspense } from "react";
import { requireActor } from "#app/actor.ts";
import { ItemsList } from "#components/items/items-list.tsx";
import { LoadingCard } from "#components/ui/loading-card.tsx";
import { ITEM_VIEWS } from "#lib/runs/constants.ts";
import { listItems } from "#lib/runs/queries/list-items.ts";

export const metadata: Metadata = { title: "Checklist items" };

const loadFilters = createLoader({
  q: parseAsString.withDefault(""),
  view: parseAsStringLiteral(ITEM_VIEWS),
});

interface ItemsPageProps {
  searchParams: Promise<SearchParams>;
}

export default function ItemsPage({ searchParams }: ItemsPageProps) {
  return (
    <Suspense fallback={<LoadingCard label="Loading items" />}>
      <Loaded searchParams={searchParams} />
    </Suspense>
  );
}

async function Loaded({ searchParams }: ItemsPageProps) {
  const actor = await requireActor();
  const { q, view } = await loadFilters(searchParams);
  const page = await listItems(actor, { ...(q ? { search: q } : {}), ...(view ? { view } : {}) });
  return <ItemsList initialData={page} initialFilters={{ q, view: view ?? "" }} />;
}
