"use client";

import { CircleCheck, Hand, SearchX } from "lucide-react";
import { useDeferredValue } from "react";
import type { ItemViewName } from "#lib/runs/constants.ts";
import type { OpenItemPage } from "#lib/runs/schema.ts";
import { api } from "../api-client.ts";
import { FilterTabs, useFilter } from "../lists/filter-tabs.tsx";
import { PagedCard } from "../lists/paged-card.tsx";
import { SearchField, useSearch } from "../lists/search-field.tsx";
import { usePages } from "../lists/use-pages.ts";
import { EmptyState } from "../ui/empty-state.tsx";
import { ItemRows, itemsKey } from "./item-rows.tsx";

const VIEWS = [
  { value: "", label: "For you" },
  { value: "overdue", label: "Overdue" },
  { value: "all", label: "All open" },
] as const;

interface ItemsListProps {
  initialData: OpenItemPage;
  initialFilters: { q: string; view: string };
}

/** What checklists wait for: the reader's own, what is late, and everything. */
export function ItemsList({ initialData, initialFilters }: ItemsListProps) {
  const [search] = useSearch();
  const [view] = useFilter("view");
  const filters = { q: useDeferredValue(search), view };
  const isInitial = JSON.stringify(filters) === JSON.stringify(initialFilters);
  const list = usePages<OpenItemPage>({
    queryKey: [...itemsKey, filters],
    load: (after, signal) =>
      api("GET /items", {
        query: {
          q: filters.q || undefined,
          view: (filters.view || undefined) as ItemViewName | undefined,
          after: after ?? undefined,
        },
        signal,
      }),
    initialData: isInitial ? initialData : undefined,
    refetchMs: 10_000,
  });
  const items = list.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <>
      <div className="flex flex-wrap items-center gap-x-3 gap-y-2 pb-3">
        <SearchField label="Item or service" />
        <FilterTabs param="view" label="Which items" options={VIEWS} />
      </div>
      <PagedCard list={list} more="Show later ones">
        {items.length > 0 ? <ItemRows items={items} /> : <Nothing isSearched={filters.q !== ""} view={filters.view} />}
      </PagedCard>
    </>
  );
}

function Nothing({ isSearched, view }: { isSearched: boolean; view: string }) {
  if (isSearched)
    return (
      <EmptyState icon={SearchX} title="No item matches">
        Try fewer letters, or all open items.
      </EmptyState>
    );
  if (view === "overdue")
    return (
      <EmptyState icon={CircleCheck} title="Nothing is overdue">
        An item gets its day from its checklist, or from who started the run.
      </EmptyState>
    );
  return (
    <EmptyState icon={Hand} title={view === "all" ? "No item is open" : "Nothing waits for you"}>
      What the panel cannot do itself is an item of a checklist: somebody takes it, does it, and shows it with a note, a
      link or a file.
    </EmptyState>
  );
}
