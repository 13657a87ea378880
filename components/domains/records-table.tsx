"use client";

import { Globe, SearchX } from "lucide-react";
import Link from "next/link";
import { useDeferredValue } from "react";
import type { RecordView } from "#lib/dns/types.ts";
import { type Column, DataTable } from "../lists/data-table.tsx";
import { FilterTabs, useFilter } from "../lists/filter-tabs.tsx";
import { SearchField, useSearch } from "../lists/search-field.tsx";
import { Toolbar } from "../lists/toolbar.tsx";
import { Card } from "../ui/card.tsx";
import { CopyButton } from "../ui/copy-button.tsx";
import { EmptyState } from "../ui/empty-state.tsx";
import { RelativeTime } from "../ui/relative-time.tsx";
import { RecordState, RecordValues } from "./record-state.tsx";

const COLUMNS: readonly Column<RecordView>[] = [
  {
    id: "name",
    header: "Name",
    value: (record) => record.name,
    wide: true,
    className: "max-w-96",
    cell: (record) => (
      <span className="flex min-w-0 items-center gap-1">
        <span className="truncate font-medium" title={record.name}>
          {record.name}
        </span>
        <CopyButton text={record.name} label={`Copy ${record.name}`} />
      </span>
    ),
  },
  { id: "type", header: "Type", value: (record) => record.type, cell: (record) => <code>{record.type}</code> },
  {
    id: "values",
    header: "Answers",
    className: "max-w-72",
    cell: (record) => <RecordValues values={record.values} />,
  },
  { id: "ttl", header: "TTL", value: (record) => record.ttl, numeric: true, cell: (record) => `${record.ttl} s` },
  {
    id: "state",
    header: "State",
    value: (record) => record.state,
    cell: (record) => (
      <>
        <RecordState state={record.state} />
        {record.error ? <p className="max-w-72 break-words text-failed text-xs">{record.error}</p> : null}
      </>
    ),
  },
  {
    id: "service",
    header: "Service",
    value: (record) => record.service?.name ?? null,
    className: "max-w-48 truncate",
    cell: (record) =>
      record.service ? (
        <Link href={`/services/${record.service.name}`} className="underline-offset-4 hover:underline">
          {record.service.name}
        </Link>
      ) : (
        <span className="text-muted">–</span>
      ),
  },
  {
    id: "synced",
    header: "In sync since",
    value: (record) => record.syncedAt,
    className: "whitespace-nowrap text-muted",
    cell: (record) => (record.syncedAt ? <RelativeTime at={record.syncedAt} /> : "–"),
  },
];

const STATES = [
  { value: "", label: "All" },
  { value: "in_sync", label: "In sync" },
  { value: "pending", label: "Spreading" },
  { value: "error", label: "Refused" },
] as const;

/** The records the panel keeps. */
export function RecordsTable({ records }: { records: RecordView[] }) {
  const [search] = useSearch();
  const text = useDeferredValue(search).trim().toLowerCase();
  const [state] = useFilter("state");
  if (records.length === 0)
    return (
      <Card>
        <EmptyState icon={Globe} title="No records yet">
          When a service with a host name is provisioned, the panel keeps its record here and asks every name server of
          the zone whether it answers.
        </EmptyState>
      </Card>
    );
  const shown = records.filter(
    (record) =>
      (state === "" || record.state === state) &&
      [record.name, record.type, record.service?.name ?? "", ...record.values].some((each) =>
        each.toLowerCase().includes(text),
      ),
  );
  return (
    <>
      <Toolbar shown={shown.length} total={records.length} noun={["record", "records"]}>
        <SearchField label="Find a record" />
        <FilterTabs param="state" label="State" options={STATES} />
      </Toolbar>
      <Card className="overflow-hidden">
        {shown.length > 0 ? (
          <DataTable label="Records" columns={COLUMNS} rows={shown} rowId={(record) => record.id} defaultSort="name" />
        ) : (
          <EmptyState icon={SearchX} title="No record matches" />
        )}
      </Card>
    </>
  );
}
