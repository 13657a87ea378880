"use client";

import { Archive, SearchX, X } from "lucide-react";
import { useDeferredValue } from "react";
import { BACKUP_STATES, FINDABLE, PANEL } from "#lib/backups/constants.ts";
import type { BackupListPage } from "#lib/backups/types.ts";
import { api } from "../api-client.ts";
import { FilterTabs, useFilter } from "../lists/filter-tabs.tsx";
import { keepId } from "../lists/keep-known.ts";
import { PagedCard } from "../lists/paged-card.tsx";
import { SearchField, useSearch } from "../lists/search-field.tsx";
import { usePages } from "../lists/use-pages.ts";
import { Button } from "../ui/button.tsx";
import { EmptyState } from "../ui/empty-state.tsx";
import { ExecutionRows } from "./execution-rows.tsx";

const STATES = [
  { value: "", label: "All" },
  { value: "running", label: "In progress" },
  { value: "verified", label: "Proven" },
  { value: "stored", label: "Stored" },
  { value: "failed", label: "Failed" },
  { value: "missed", label: "Missed" },
] as const;

const THERE = [
  { value: "", label: "There or gone" },
  { value: "available", label: "Available" },
  { value: "missing", label: "Missing" },
  { value: "removed", label: "Removed" },
] as const;

/** Parts of the address the list is narrowed by. */
interface ExecutionFilters {
  q: string;
  state: string;
  there: string;
  service: string;
  policy: string;
  target: string;
}

interface ExecutionsProps {
  initialData: BackupListPage;
  initialFilters: ExecutionFilters;
}

/** Every run of a backup, whatever became of it, newest first. */
export function Executions({ initialData, initialFilters }: ExecutionsProps) {
  const [search] = useSearch();
  const [state] = useFilter("state", BACKUP_STATES);
  const [there] = useFilter("there", FINDABLE);
  const [service, setService] = useFilter("service");
  const [policyGiven, setPolicy] = useFilter("policy");
  const [targetGiven, setTarget] = useFilter("target");
  const [policy, target] = [keepId(policyGiven), keepId(targetGiven)];
  const filters: ExecutionFilters = { q: useDeferredValue(search), state, there, service, policy, target };
  const isInitial = JSON.stringify(filters) === JSON.stringify(initialFilters);
  const list = usePages<BackupListPage>({
    queryKey: ["backups", "list", filters],
    load: (cursor, signal) =>
      api("GET /backups", {
        query: {
          q: filters.q || undefined,
          state: state || undefined,
          availability: there || undefined,
          service: service || undefined,
          policyId: policy || undefined,
          targetId: target || undefined,
          cursor: cursor ?? undefined,
        },
        signal,
      }),
    initialData: isInitial ? initialData : undefined,
    refetchMs: ([newest]) => (newest?.rows.some((row) => row.state === "running") ? 3_000 : 15_000),
  });
  const rows = list.data?.pages.flatMap((page) => page.rows) ?? [];
  const [first] = rows;
  const isFiltered = Object.values(filters).some((value) => value !== "");
  return (
    <>
      <div className="flex flex-wrap items-center gap-x-3 gap-y-2 pb-3">
        <SearchField label="Find a service" />
        <FilterTabs param="state" label="How it ended" options={STATES} />
        <FilterTabs param="there" label="Whether it can be had" options={THERE} />
        {service ? <Only of={service === PANEL ? "Seaworthy itself" : service} onClear={() => setService("")} /> : null}
        {policy ? <Only of={first ? `policy ${first.policy}` : "one policy"} onClear={() => setPolicy("")} /> : null}
        {target ? <Only of={first ? `in ${first.target.name}` : "one target"} onClear={() => setTarget("")} /> : null}
      </div>
      <PagedCard list={list} more="Show earlier ones">
        {rows.length > 0 ? (
          <ExecutionRows rows={rows} withService />
        ) : isFiltered ? (
          <EmptyState icon={SearchX} title="No backup matches">
            Try fewer letters, or another filter.
          </EmptyState>
        ) : (
          <EmptyState icon={Archive} title="No backups yet">
            Each backup is listed here: what it took, how far it was proven, and whether it can still be had.
          </EmptyState>
        )}
      </PagedCard>
    </>
  );
}

/** A filter that came with the address, with a way out. */
function Only({ of, onClear }: { of: string; onClear: () => void }) {
  return (
    <Button size="sm" onClick={onClear} aria-label={`Show not only ${of}`}>
      <span className="max-w-48 truncate">Only {of}</span> <X aria-hidden />
    </Button>
  );
}
