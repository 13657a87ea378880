"use client";

import { ListChecks, SearchX } from "lucide-react";
import { useDeferredValue } from "react";
import type { BoardPage } from "#lib/ticks/types.ts";
import { api } from "../api-client.ts";
import { FilterTabs, useFilter } from "../lists/filter-tabs.tsx";
import { PagedCard } from "../lists/paged-card.tsx";
import { SearchField, useSearch } from "../lists/search-field.tsx";
import { Toolbar } from "../lists/toolbar.tsx";
import { usePages } from "../lists/use-pages.ts";
import { EmptyState } from "../ui/empty-state.tsx";
import { StateBadge } from "../ui/state-badge.tsx";
import { BoardRows } from "./board-rows.tsx";
import { sayScore } from "./tick-words.ts";

interface TicksBoardProps {
  /** The first page, for the filters in the address as the server saw them. */
  initialData: BoardPage;
  initialFilters: { q: string; show: string; sort: string };
}

/** Live services by what of their checklists is no longer so. The worst comes first. */
export function TicksBoard({ initialData, initialFilters }: TicksBoardProps) {
  const [search] = useSearch();
  const [show] = useFilter("show");
  const [sorted, setSort] = useFilter("sort");
  const filters = { q: useDeferredValue(search), show, sort: sorted || "worst" };
  const isInitial = JSON.stringify(filters) === JSON.stringify(initialFilters);
  const list = usePages<BoardPage>({
    queryKey: ["checklists", "board", filters],
    load: (after, signal) =>
      api("GET /checklists/board", {
        query: { q: filters.q || undefined, filter: show || undefined, sort: filters.sort, after: after ?? undefined },
        signal,
      }),
    initialData: isInitial ? initialData : undefined,
    refetchMs: 15_000,
  });
  const rows = list.data?.pages.flatMap((page) => page.items) ?? [];
  const { total, score } = list.data?.pages[0] ?? initialData;
  const isFiltered = filters.q !== "" || show !== "";
  const filterOptions = [
    { value: "", label: "All" },
    { value: "open", label: "No longer so", count: score.servicesOpen || undefined },
    { value: "mine", label: "Mine" },
  ];
  return (
    <>
      {score.services > 0 ? (
        <>
          <p className="pb-3 text-lg" role="status">
            <StateBadge
              plain
              alert={score.open > 0}
              state={score.open > 0 ? "person" : "done"}
              word={sayScore(score)}
              className="whitespace-normal text-base"
            />
          </p>
          <Toolbar shown={rows.length} total={total} noun={["service", "services"]}>
            <SearchField label="Find a service" />
            <FilterTabs param="show" label="What to show" options={filterOptions} />
          </Toolbar>
        </>
      ) : null}
      <PagedCard list={list}>
        {rows.length > 0 ? (
          <BoardRows rows={rows} sort={filters.sort} onSort={setSort} />
        ) : isFiltered ? (
          <EmptyState icon={SearchX} title="No service matches">
            {filters.q === "" ? "Nothing is like that now." : "Try fewer letters, or show all."}
          </EmptyState>
        ) : (
          <EmptyState icon={ListChecks} title="No service is live yet">
            Once a service is live, the panel looks again and again at what its checklist says was done, and says here
            what is no longer so.
          </EmptyState>
        )}
      </PagedCard>
    </>
  );
}
