"use client";

import { useQuery } from "@tanstack/react-query";
import { HardDrive, Plus } from "lucide-react";
import Link from "next/link";
import type { TargetView } from "#lib/backups/types.ts";
import { formatBytes, formatCount } from "#lib/platform/format.ts";
import { api } from "../api-client.ts";
import { type Column, DataTable } from "../lists/data-table.tsx";
import { Badge } from "../ui/badge.tsx";
import { Button } from "../ui/button.tsx";
import { Card } from "../ui/card.tsx";
import { EmptyState } from "../ui/empty-state.tsx";
import { RelativeTime } from "../ui/relative-time.tsx";
import { TableLink } from "../ui/table-link.tsx";
import { TargetState } from "./target-state.tsx";
import { namePlace, TARGET_WORDS } from "./words.ts";

const COLUMNS: readonly Column<TargetView>[] = [
  {
    id: "name",
    header: "Target",
    value: (row) => row.name,
    wide: true,
    className: "max-w-80",
    cell: (row) => (
      <>
        <span className="flex min-w-0 items-center gap-2">
          <TableLink href={`/backups/targets/${row.id}`} className="truncate">
            {row.name}
          </TableLink>
          {row.isDefault ? <Badge tone="accent">Default</Badge> : null}
        </span>
        <span className="block truncate text-muted text-xs">
          {TARGET_WORDS[row.config.kind]} · {namePlace(row.config)}
        </span>
      </>
    ),
  },
  {
    id: "state",
    header: "State",
    value: (row) => row.state,
    cell: (row) => (
      <>
        <TargetState target={row} />
        {row.error ? <p className="max-w-80 truncate text-failed text-xs">{row.error}</p> : null}
      </>
    ),
  },
  {
    id: "checked",
    header: "Checked",
    value: (row) => row.checkedAt,
    className: "whitespace-nowrap text-muted",
    cell: (row) => (row.checkedAt ? <RelativeTime at={row.checkedAt} /> : "never"),
  },
  {
    id: "policies",
    header: "Policies",
    value: (row) => row.policies,
    numeric: true,
    cell: (row) => formatCount(row.policies),
  },
  {
    id: "points",
    header: "Backups",
    value: (row) => row.points,
    numeric: true,
    cell: (row) => formatCount(row.points),
  },
  {
    id: "stored",
    header: "Stored",
    value: (row) => row.storedBytes,
    numeric: true,
    className: "whitespace-nowrap",
    cell: (row) => formatBytes(row.storedBytes),
  },
  {
    id: "unknown",
    header: "Unknown objects",
    value: (row) => row.orphans.length,
    numeric: true,
    cell: (row) => formatCount(row.orphans.length),
  },
];

interface TargetListProps {
  initialData: { targets: TargetView[] };
  mayManage: boolean;
}

/** Where backups are put. */
export function TargetList({ initialData, mayManage }: TargetListProps) {
  const { data } = useQuery({
    queryKey: ["backup-targets", "list"],
    queryFn: ({ signal }) => api("GET /backup-targets", { signal }),
    initialData,
    refetchInterval: 15_000,
  });
  const create = mayManage ? (
    <Button asChild variant="primary">
      <Link href="/backups/targets/new">
        <Plus aria-hidden /> New target
      </Link>
    </Button>
  ) : null;
  return (
    <>
      {create && data.targets.length > 0 ? <div className="flex justify-end pb-3">{create}</div> : null}
      <Card className="overflow-hidden">
        {data.targets.length > 0 ? (
          <DataTable label="Targets" columns={COLUMNS} rows={data.targets} rowId={(row) => row.id} defaultSort="name" />
        ) : (
          <EmptyState icon={HardDrive} title="No targets yet" action={create}>
            A target is where backups are put: a disk, a bucket, or a server reached by SSH.
          </EmptyState>
        )}
      </Card>
    </>
  );
}
