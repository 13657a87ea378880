"use client";

import { Anchor, SearchX } from "lucide-react";
import { parseAsStringLiteral, useQueryState } from "nuqs";
import { useDeferredValue } from "react";
import type { ServicePage } from "#lib/services/types.ts";
import { api } from "../api-client.ts";
import { FilterTabs, useFilter } from "../lists/filter-tabs.tsx";
import { PagedCard } from "../lists/paged-card.tsx";
import { SearchField, useSearch } from "../lists/search-field.tsx";
import { Toolbar } from "../lists/toolbar.tsx";
import { usePages } from "../lists/use-pages.ts";
import { EmptyState } from "../ui/empty-state.tsx";
import { NewServiceButton } from "./new-service-button.tsx";
import { ServiceRows, SORTS } from "./service-rows.tsx";

const STATES = [
  { value: "", label: "All" },
  { value: "live", label: "Live" },
  { value: "provisioning", label: "Provisioning" },
  { value: "failed", label: "Not finished" },
  { value: "retired", label: "Retired" },
] as const;

interface ServicesListProps {
  /** The first page, for the filters in the address as the server saw them. */
  initialData: ServicePage;
  initialFilters: { q: string; state: string; sort: string };
  mayCreate: boolean;
}

export function ServicesList({ initialData, initialFilters, mayCreate }: ServicesListProps) {
  const [search] = useSearch();
  const [state] = useFilter("state");
  const [sort, setSort] = useQueryState("sort", parseAsStringLiteral(SORTS).withDefault("name"));
  const filters = { q: useDeferredValue(search), state, sort };
  const isInitial = JSON.stringify(filters) === JSON.stringify(initialFilters);
  const list = usePages<ServicePage>({
    queryKey: ["services", filters],
    load: (after, signal) =>
      api("GET /services", {
        query: { q: filters.q || undefined, state: filters.state || undefined, sort, after: after ?? undefined },
        signal,
      }),
    initialData: isInitial ? initialData : undefined,
    refetchMs: 15_000,
  });
  const services = list.data?.pages.flatMap((page) => page.items) ?? [];
  const total = list.data?.pages[0]?.total ?? 0;
  const isFiltered = filters.q !== "" || state !== "";

  return (
    <>
      {total > 0 || isFiltered ? (
        <Toolbar shown={services.length} total={total} noun={["service", "services"]}>
          <SearchField label="Find a service" />
          <FilterTabs param="state" label="State" options={STATES} />
        </Toolbar>
      ) : null}
      <PagedCard list={list}>
        {services.length > 0 ? (
          <ServiceRows services={services} sort={sort} onSort={(next) => void setSort(next)} />
        ) : isFiltered ? (
          <EmptyState icon={SearchX} title="No service matches">
            Try fewer letters, or another state.
          </EmptyState>
        ) : (
          <EmptyState
            icon={Anchor}
            title="No services yet"
            action={mayCreate ? <NewServiceButton>Provision the first service</NewServiceButton> : null}
          >
            A service is what you run: its containers, database, names and certificates, with the checklist that took it
            to production.
          </EmptyState>
        )}
      </PagedCard>
    </>
  );
}
