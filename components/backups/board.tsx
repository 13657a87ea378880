"use client";

import { Archive, SearchX } from "lucide-react";
import { useDeferredValue } from "react";
import type { BackupBoardRow } from "#lib/backups/types.ts";
import { formatBytes, formatDuration } from "#lib/platform/format.ts";
import { type Column, DataTable } from "../lists/data-table.tsx";
import { SearchField, useSearch } from "../lists/search-field.tsx";
import { Toolbar } from "../lists/toolbar.tsx";
import { Card } from "../ui/card.tsx";
import { EmptyState } from "../ui/empty-state.tsx";
import { RelativeTime } from "../ui/relative-time.tsx";
import { StateBadge } from "../ui/state-badge.tsx";
import { TableLink } from "../ui/table-link.tsx";
import { BackupState } from "./backup-state.tsx";
import { Sparkline } from "./sparkline.tsx";

const COLUMNS: readonly Column<BackupBoardRow>[] = [
  {
    id: "service",
    header: "Service",
    value: (row) => row.service,
    wide: true,
    className: "max-w-72",
    cell: (row) => (
      <>
        <TableLink href={`/services/${row.service}/backups`} className="block truncate">
          {row.service}
        </TableLink>
        <span className="text-muted text-xs">
          {row.environment} · {row.engine}
        </span>
      </>
    ),
  },
  {
    id: "asOf",
    header: "Restorable as of",
    value: (row) => row.asOf ?? "0",
    className: "whitespace-nowrap",
    cell: (row) =>
      row.asOf ? <RelativeTime at={row.asOf} /> : <StateBadge plain alert state="person" word="Never proven" />,
  },
  {
    id: "last",
    header: "Last backup",
    value: (row) => row.lastBackup.startedAt,
    cell: ({ lastBackup: last, level }) => (
      <>
        <BackupState state={last.state} proven={last.state === "verified" ? level : null} />
        <p className="text-muted text-xs">
          <RelativeTime at={last.startedAt} />
        </p>
        {last.error ? <p className="max-w-72 break-words text-failed text-xs">{last.error}</p> : null}
      </>
    ),
  },
  {
    id: "restore",
    header: "Restore takes",
    value: (row) => row.restoreMs,
    numeric: true,
    className: "whitespace-nowrap",
    cell: (row) => (row.restoreMs === null ? "–" : formatDuration(row.restoreMs)),
  },
  {
    id: "size",
    header: "Size",
    value: (row) => row.lastBackup.sizeBytes,
    numeric: true,
    className: "whitespace-nowrap",
    cell: (row) =>
      row.lastBackup.sizeBytes === null ? (
        "–"
      ) : (
        <span className="inline-flex items-center gap-2">
          <Sparkline values={row.sizes} label={`Sizes of the last ${row.sizes.length} backups of ${row.service}`} />
          {formatBytes(row.lastBackup.sizeBytes)}
        </span>
      ),
  },
];

/** One row a service: what could be brought back, and how old it would be. What was never proven comes first. */
export function BackupBoard({ rows }: { rows: BackupBoardRow[] }) {
  const [search] = useSearch();
  const text = useDeferredValue(search).trim().toLowerCase();
  if (rows.length === 0)
    return (
      <Card>
        <EmptyState icon={Archive} title="Nothing to back up yet">
          A service with a database gets its first backup while it is provisioned: restored into an empty database and
          counted, so that it is known to work.
        </EmptyState>
      </Card>
    );
  const shown = rows.filter((row) => row.service.includes(text) || row.engine.includes(text));
  return (
    <>
      <Toolbar shown={shown.length} total={rows.length} noun={["service", "services"]}>
        <SearchField label="Find a service" />
      </Toolbar>
      <Card className="overflow-hidden">
        {shown.length > 0 ? (
          <DataTable
            label="Backups by service"
            columns={COLUMNS}
            rows={shown}
            rowId={(row) => `${row.service} ${row.environment}`}
            defaultSort="asOf"
          />
        ) : (
          <EmptyState icon={SearchX} title="No service matches" />
        )}
      </Card>
    </>
  );
}
