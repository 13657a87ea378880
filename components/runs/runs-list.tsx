"use client";

import { ListChecks, SearchX } from "lucide-react";
import { useDeferredValue } from "react";
import type { RunSummary } from "#lib/runs/types.ts";
import { api } from "../api-client.ts";
import { FilterTabs, useFilter } from "../lists/filter-tabs.tsx";
import { PagedCard } from "../lists/paged-card.tsx";
import { SearchField, useSearch } from "../lists/search-field.tsx";
import { usePages } from "../lists/use-pages.ts";
import { isActive } from "../state-of.ts";
import { EmptyState } from "../ui/empty-state.tsx";
import { RunRows } from "./run-rows.tsx";

const STATES = [
  { value: "", label: "All" },
  { value: "active", label: "In progress" },
  { value: "waiting", label: "Needs a person" },
  { value: "failed", label: "Failed" },
  { value: "succeeded", label: "Done" },
  { value: "cancelled", label: "Cancelled" },
] as const;

interface RunPage {
  runs: RunSummary[];
  next: number | null;
}

interface RunsListProps {
  initialData: RunPage;
  initialFilters: { q: string; state: string };
}

export function RunsList({ initialData, initialFilters }: RunsListProps) {
  const [search] = useSearch();
  const [state] = useFilter("state");
  const filters = { q: useDeferredValue(search), state };
  const isInitial = JSON.stringify(filters) === JSON.stringify(initialFilters);
  const list = usePages<RunPage>({
    queryKey: ["runs", filters],
    load: (before, signal) =>
      api("GET /runs", {
        query: { q: filters.q || undefined, state: state || undefined, before: before ?? undefined },
        signal,
      }),
    initialData: isInitial ? initialData : undefined,
    refetchMs: ([newest]) => (newest?.runs.some((run) => isActive(run.state)) ? 3_000 : 10_000),
  });
  const runs = list.data?.pages.flatMap((page) => page.runs) ?? [];
  const isFiltered = filters.q !== "" || state !== "";

  return (
    <>
      <div className="flex flex-wrap items-center gap-x-3 gap-y-2 pb-3">
        <SearchField label="Service, or a run’s number" />
        <FilterTabs param="state" label="State" options={STATES} />
      </div>
      <PagedCard list={list} more="Show earlier runs">
        {runs.length > 0 ? (
          <RunRows runs={runs} withService />
        ) : isFiltered ? (
          <EmptyState icon={SearchX} title="No run matches">
            Try fewer letters, or another state.
          </EmptyState>
        ) : (
          <EmptyState icon={ListChecks} title="No runs yet">
            Everything the panel changes outside is a run: each step with its log, what it made, and a way to try again.
          </EmptyState>
        )}
      </PagedCard>
    </>
  );
}
