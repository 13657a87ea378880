"use client";

import { Globe, SearchX } from "lucide-react";
import { useDeferredValue } from "react";
import { RECORD_TYPES } from "#lib/dns/constants.ts";
import type { RecordPage } from "#lib/dns/types.ts";
import { api } from "../api-client.ts";
import { FilterTabs, useFilter } from "../lists/filter-tabs.tsx";
import { PagedCard } from "../lists/paged-card.tsx";
import { SearchField, useSearch } from "../lists/search-field.tsx";
import { Toolbar } from "../lists/toolbar.tsx";
import { usePages } from "../lists/use-pages.ts";
import { EmptyState } from "../ui/empty-state.tsx";
import { FilterSelect } from "./filter-select.tsx";
import { NewRecordButton } from "./new-record-button.tsx";
import { RecordRows } from "./record-rows.tsx";
import { isMoving } from "./record-words.ts";

const STATES = [
  { value: "", label: "All" },
  { value: "in_sync", label: "In sync" },
  { value: "pending", label: "Waiting" },
  { value: "error", label: "Refused" },
  { value: "drift", label: "Changed elsewhere" },
  { value: "removed", label: "Removed" },
] as const;

const WHOSE = [
  { value: "", label: "Everybody’s" },
  { value: "1", label: "Mine" },
] as const;

export interface RecordFilters {
  q: string;
  zone: string;
  mine: string;
  state: string;
  type: string;
}

interface RecordListProps {
  /** The first page, for the filters in the address as the server saw them. */
  initialData: RecordPage;
  initialFilters: RecordFilters;
  zones: string[];
  /** Names other than their own, for which the button above the list is. */
  mayCreate: boolean;
}

/** The records the panel keeps. */
export function RecordList({ initialData, initialFilters, zones, mayCreate }: RecordListProps) {
  const [search] = useSearch();
  const [zone] = useFilter("zone");
  const [mine] = useFilter("mine");
  const [state] = useFilter("state");
  const [type] = useFilter("type");
  const filters: RecordFilters = { q: useDeferredValue(search), zone, mine, state, type };
  const isInitial = JSON.stringify(filters) === JSON.stringify(initialFilters);
  const list = usePages<RecordPage>({
    queryKey: ["records", "list", filters],
    load: (after, signal) => api("GET /records", { query: { ...askedOf(filters), after: after ?? undefined }, signal }),
    initialData: isInitial ? initialData : undefined,
    refetchMs: (pages) => (pages.some((page) => page.items.some((one) => isMoving(one.state))) ? 2_000 : 15_000),
  });
  const records = list.data?.pages.flatMap((page) => page.items) ?? [];
  const total = list.data?.pages[0]?.total ?? 0;
  const isFiltered = Object.values(filters).some((value) => value !== "");

  return (
    <>
      {total > 0 || isFiltered ? (
        <Toolbar shown={records.length} total={total} noun={["record", "records"]}>
          <SearchField label="Find a name or value" />
          <FilterTabs param="mine" label="Whose" options={WHOSE} />
          <FilterTabs param="state" label="State" options={STATES} />
          <FilterSelect param="type" label="Type" all="All types" options={RECORD_TYPES} />
          {zones.length > 1 ? <FilterSelect param="zone" label="Zone" all="All zones" options={zones} /> : null}
        </Toolbar>
      ) : null}
      <PagedCard list={list}>
        {records.length > 0 ? (
          <RecordRows records={records} withOwner />
        ) : isFiltered ? (
          <EmptyState icon={SearchX} title="No record matches">
            Try fewer letters, or another filter.
          </EmptyState>
        ) : (
          <EmptyState
            icon={Globe}
            title="No records yet"
            action={mayCreate ? <NewRecordButton variant="secondary" /> : null}
          >
            A record says what a name answers: an address, another name, a text. The panel writes it to Route 53 and
            asks every name server of the zone whether it answers.
          </EmptyState>
        )}
      </PagedCard>
    </>
  );
}

function askedOf({ q, zone, mine, state, type }: RecordFilters) {
  return {
    q: q || undefined,
    zone: zone || undefined,
    mine: mine ? true : undefined,
    state: state || undefined,
    type: type || undefined,
  };
}
