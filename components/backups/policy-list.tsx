"use client";

import { useQuery } from "@tanstack/react-query";
import { CalendarClock, Plus, SearchX } from "lucide-react";
import Link from "next/link";
import { useDeferredValue } from "react";
import type { PolicyView } from "#lib/backups/types.ts";
import { api } from "../api-client.ts";
import { type Column, DataTable } from "../lists/data-table.tsx";
import { FilterTabs, useFilter } from "../lists/filter-tabs.tsx";
import { SearchField, useSearch } from "../lists/search-field.tsx";
import { Toolbar } from "../lists/toolbar.tsx";
import { Button } from "../ui/button.tsx";
import { Card } from "../ui/card.tsx";
import { EmptyState } from "../ui/empty-state.tsx";
import { RelativeTime } from "../ui/relative-time.tsx";
import { TableLink } from "../ui/table-link.tsx";
import { PolicyState } from "./policy-state.tsx";
import { nameOwner, nameSource, SOURCE_WORDS } from "./words.ts";

const isOverdue = (row: PolicyView) => row.overdueSince !== null || row.proofOverdueSince !== null;

const COLUMNS: readonly Column<PolicyView>[] = [
  {
    id: "name",
    header: "Policy",
    value: (row) => `${nameOwner(row.service)} ${row.name}`,
    wide: true,
    className: "max-w-72",
    cell: (row) => (
      <>
        <TableLink href={`/backups/policies/${row.id}`} className="block truncate">
          {nameOwner(row.service)} · {row.name}
        </TableLink>
        <span className="block truncate text-muted text-xs">
          {row.service ? `${row.environment} · ` : ""}
          {SOURCE_WORDS[row.source.kind]} · {nameSource(row.source)}
        </span>
      </>
    ),
  },
  {
    id: "schedule",
    header: "Schedule",
    value: (row) => row.scheduleWords,
    className: "max-w-64",
    cell: (row) => (
      <>
        <span className="block">{row.scheduleWords ?? "Only by hand"}</span>
        <span className="text-muted text-xs">{row.scheduleWords ? row.timeZone : ""}</span>
      </>
    ),
  },
  {
    id: "next",
    header: "Next",
    value: (row) => row.nextAt,
    className: "whitespace-nowrap",
    cell: (row) => (row.nextAt ? <RelativeTime at={row.nextAt} /> : "–"),
  },
  {
    id: "target",
    header: "Target",
    value: (row) => row.target.name,
    className: "max-w-48",
    cell: (row) => <span className="block truncate">{row.target.name}</span>,
  },
  {
    id: "state",
    header: "State",
    value: (row) => (isOverdue(row) ? 0 : row.enabled ? 2 : 1),
    cell: (row) => <PolicyState policy={row} />,
  },
];

const isWanted = (row: PolicyView, state: string) =>
  state === "" ||
  (state === "overdue" && isOverdue(row)) ||
  (state === "paused" && !row.enabled) ||
  (state === "mine" && row.mayEdit);

interface PolicyListProps {
  initialData: { policies: PolicyView[] };
  mayCreate: boolean;
}

/** What is backed up, when and where to. */
export function PolicyList({ initialData, mayCreate }: PolicyListProps) {
  const { data } = useQuery({
    queryKey: ["backup-policies", "list"],
    queryFn: ({ signal }) => api("GET /backup-policies", { signal }),
    initialData,
    refetchInterval: 15_000,
  });
  const [search] = useSearch();
  const [state] = useFilter("state");
  const text = useDeferredValue(search).trim().toLowerCase();
  const { policies } = data;
  const create = mayCreate ? (
    <Button asChild variant="primary">
      <Link href="/backups/policies/new">
        <Plus aria-hidden /> New policy
      </Link>
    </Button>
  ) : null;
  if (policies.length === 0)
    return (
      <Card>
        <EmptyState icon={CalendarClock} title="No policies yet" action={create}>
          A policy says what is backed up, where to, when, how long it is kept and how it is proven. A service with data
          gets its own while it is provisioned.
        </EmptyState>
      </Card>
    );
  const shown = policies.filter(
    (row) =>
      isWanted(row, state) &&
      [nameOwner(row.service), row.name, row.environment, row.target.name, nameSource(row.source)].some((part) =>
        part.toLowerCase().includes(text),
      ),
  );
  return (
    <>
      <Toolbar shown={shown.length} total={policies.length} noun={["policy", "policies"]}>
        <SearchField label="Find a policy" />
        <FilterTabs
          param="state"
          label="Which policies"
          options={[
            { value: "", label: "All" },
            { value: "overdue", label: "Overdue", count: policies.filter(isOverdue).length },
            { value: "paused", label: "Paused", count: policies.filter((row) => !row.enabled).length },
            { value: "mine", label: "I may change" },
          ]}
        />
        {create}
      </Toolbar>
      <Card className="overflow-hidden">
        {shown.length > 0 ? (
          <DataTable label="Policies" columns={COLUMNS} rows={shown} rowId={(row) => row.id} defaultSort="name" />
        ) : (
          <EmptyState icon={SearchX} title="No policy matches" />
        )}
      </Card>
    </>
  );
}
