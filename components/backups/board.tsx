"use client";

import { Archive, SearchX } from "lucide-react";
import { useDeferredValue } from "react";
import { BOARD_FILTERS, BOARD_SORTS } from "#lib/backups/constants.ts";
import type { BackupSummary, BackupBoard as Board } from "#lib/backups/types.ts";
import { api } from "../api-client.ts";
import { FilterTabs, useFilter } from "../lists/filter-tabs.tsx";
import { PagedCard } from "../lists/paged-card.tsx";
import { SearchField, useSearch } from "../lists/search-field.tsx";
import { Toolbar } from "../lists/toolbar.tsx";
import { usePages } from "../lists/use-pages.ts";
import { EmptyState } from "../ui/empty-state.tsx";
import { StateBadge } from "../ui/state-badge.tsx";
import { isAllAsScheduled, NOTHING_PROVEN, sayAll, sayWithoutData, TOO_OLD } from "./backup-words.ts";
import { BoardRows } from "./board-rows.tsx";

interface BoardFilters {
  q: string;
  show: string;
  sort: string;
}

interface BackupBoardProps {
  /** The first page, for the filters in the address as the server saw them. */
  initialData: Board;
  initialFilters: BoardFilters;
}

const countOf = (n: number) => (n > 0 ? n : undefined);
const optionsOf = ({ overdue, failing, tooOld, unreachable, unproven, unscheduled }: BackupSummary) => [
  { value: "", label: "All" },
  { value: "overdue", label: "Overdue", count: countOf(overdue) },
  { value: "failing", label: "Failing", count: countOf(failing) },
  { value: "tooOld", label: TOO_OLD, count: countOf(tooOld) },
  { value: "unreachable", label: "Target failing", count: countOf(unreachable) },
  { value: "unproven", label: NOTHING_PROVEN, count: countOf(unproven) },
  { value: "unscheduled", label: "No schedule", count: countOf(unscheduled) },
];

/** Everything that is backed up and the panel itself: what could be brought back, as of when. The worst comes first. */
export function BackupBoard({ initialData, initialFilters }: BackupBoardProps) {
  const [search] = useSearch();
  const [show] = useFilter("show", BOARD_FILTERS);
  const [sorted, setSort] = useFilter("sort", BOARD_SORTS);
  const filters: BoardFilters = { q: useDeferredValue(search), show, sort: sorted || "worst" };
  const isInitial = JSON.stringify(filters) === JSON.stringify(initialFilters);
  const list = usePages<Board>({
    queryKey: ["backups", "board", filters],
    load: (after, signal) =>
      api("GET /backups/board", {
        query: { q: filters.q || undefined, filter: show || undefined, sort: filters.sort, after: after ?? undefined },
        signal,
      }),
    initialData: isInitial ? initialData : undefined,
    refetchMs: (pages) =>
      pages.some((page) => page.rows.some((row) => row.lastBackup?.state === "running")) ? 3_000 : 15_000,
  });
  const rows = list.data?.pages.flatMap((page) => page.rows) ?? [];
  const { total, summary } = list.data?.pages[0] ?? initialData;
  const withoutData = sayWithoutData(summary);
  const isFiltered = filters.q !== "" || show !== "";
  return (
    <>
      <p className="pb-3 text-lg" role="status">
        <StateBadge
          plain
          alert={!isAllAsScheduled(summary)}
          state={isAllAsScheduled(summary) ? "done" : "person"}
          word={sayAll(summary)}
          className="whitespace-normal text-base"
        />
      </p>
      <Toolbar shown={rows.length} total={total} noun={["line", "lines"]}>
        <SearchField label="Find a service" />
        <FilterTabs param="show" label="What to show" options={optionsOf(summary)} />
      </Toolbar>
      <PagedCard list={list}>
        {rows.length > 0 ? (
          <BoardRows rows={rows} sort={filters.sort} onSort={setSort} />
        ) : isFiltered ? (
          <EmptyState icon={SearchX} title="Nothing matches">
            {show === "" ? "Try fewer letters, or another word." : "Nothing is like that now."}
          </EmptyState>
        ) : (
          <EmptyState icon={Archive} title="Nothing to back up yet">
            A service with data gets its first backup while it is provisioned: restored into an empty place and counted,
            so that it is known to work.
          </EmptyState>
        )}
      </PagedCard>
      {withoutData ? <p className="pt-3 text-muted text-xs">{withoutData}</p> : null}
    </>
  );
}
