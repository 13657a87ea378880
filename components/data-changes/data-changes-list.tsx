"use client";

import { DatabaseZap, SearchX } from "lucide-react";
import { useDeferredValue } from "react";
import type { ListFilter } from "#lib/data-changes/constants.ts";
import type { DataChangePage } from "#lib/data-changes/types.ts";
import { api } from "../api-client.ts";
import { FilterTabs, useFilter } from "../lists/filter-tabs.tsx";
import { PagedCard } from "../lists/paged-card.tsx";
import { SearchField, useSearch } from "../lists/search-field.tsx";
import { usePages } from "../lists/use-pages.ts";
import { EmptyState } from "../ui/empty-state.tsx";
import { DataChangeRows } from "./data-change-rows.tsx";
import { NewDataChangeButton } from "./new-data-change-button.tsx";

const FILTERS = [
  { value: "", label: "All" },
  { value: "waiting", label: "For you" },
  { value: "open", label: "Open" },
  { value: "closed", label: "Closed" },
] as const;

interface DataChangesListProps {
  initialData: DataChangePage;
  initialFilters: { q: string; filter: string };
}

export function DataChangesList({ initialData, initialFilters }: DataChangesListProps) {
  const [search] = useSearch();
  const [filter] = useFilter("filter");
  const filters = { q: useDeferredValue(search), filter };
  const isInitial = JSON.stringify(filters) === JSON.stringify(initialFilters);
  const list = usePages<DataChangePage>({
    queryKey: ["data-changes", "list", filters],
    load: (cursor, signal) =>
      api("GET /data-changes", {
        query: {
          q: filters.q || undefined,
          filter: (filters.filter || undefined) as ListFilter | undefined,
          cursor: cursor ?? undefined,
        },
        signal,
      }),
    initialData: isInitial ? initialData : undefined,
    refetchMs: 10_000,
  });
  const rows = list.data?.pages.flatMap((page) => page.rows) ?? [];
  const isFiltered = filters.q !== "" || filter !== "";
  return (
    <>
      <div className="flex flex-wrap items-center gap-x-3 gap-y-2 pb-3">
        <SearchField label="Title or service" />
        <FilterTabs param="filter" label="State" options={FILTERS} />
      </div>
      <PagedCard list={list} more="Show earlier ones">
        {rows.length > 0 ? (
          <DataChangeRows rows={rows} withService />
        ) : isFiltered ? (
          <EmptyState icon={SearchX} title="No data change matches">
            Try fewer letters, or another state.
          </EmptyState>
        ) : (
          <EmptyState icon={DatabaseZap} title="No data changes yet" action={<NewDataChangeButton />}>
            When something went wrong in production data, write down what and how it is mended. Somebody else approves
            it, then a database administrator carries it out, after a backup that is proven.
          </EmptyState>
        )}
      </PagedCard>
    </>
  );
}
