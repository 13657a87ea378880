"use client";

import Link from "next/link";
import { useRef } from "react";
import { PANEL } from "#lib/backups/constants.ts";
import type { BackupBoardRow } from "#lib/backups/types.ts";
import { formatBytes, formatCount, formatDuration } from "#lib/platform/format.ts";
import { SortableTh } from "../lists/sortable-th.tsx";
import { useRowKeys } from "../lists/use-row-keys.ts";
import { RelativeTime } from "../ui/relative-time.tsx";
import { StateBadge } from "../ui/state-badge.tsx";
import { Table, TableBody, TableHead, TableRow, Td } from "../ui/table.tsx";
import { TableLink } from "../ui/table-link.tsx";
import { BackupState } from "./backup-state.tsx";
import { describeAvailability, LEVEL_WORDS, sayNext } from "./backup-words.ts";
import { Moment } from "./moment.tsx";
import { SizeTrend } from "./size-trend.tsx";
import { nameOwner, SOURCE_WORDS } from "./words.ts";

interface BoardRowsProps {
  rows: BackupBoardRow[];
  sort: string;
  onSort: (sort: string) => void;
  mayMakePolicy: boolean;
}

const COLUMNS = [
  { id: "service", header: "Service" },
  { id: "asOf", header: "Provably restorable as of" },
  { id: "restore", header: "Restore takes", numeric: true },
  { id: "last", header: "Last backup" },
  { id: "next", header: "Next" },
  { id: "size", header: "Size", numeric: true },
  { id: undefined, header: "Points", numeric: true },
] as const;

/** Where a line leads: to the service's backups, or to the panel's own policy. */
function hrefOf({ service, environment, policyId }: BackupBoardRow): string {
  if (service !== null) return `/services/${service}/backups`;
  return policyId === null ? newPolicyHref({ service, environment }) : `/backups/policies/${policyId}`;
}

const newPolicyHref = ({ service, environment }: Pick<BackupBoardRow, "service" | "environment">) =>
  `/backups/policies/new?service=${encodeURIComponent(service ?? PANEL)}&environment=${encodeURIComponent(environment)}`;

const keyOf = (row: BackupBoardRow) => row.policyId ?? row.service ?? PANEL;

export function BoardRows({ rows, sort, onSort, mayMakePolicy }: BoardRowsProps) {
  const body = useRef<HTMLTableSectionElement>(null);
  useRowKeys(body);
  return (
    <Table label="Backups by service">
      <TableHead>
        {COLUMNS.map((column) => (
          <SortableTh
            key={column.header}
            column={column.id}
            sort={sort}
            onSort={onSort}
            numeric={"numeric" in column ? column.numeric : undefined}
          >
            {column.header}
          </SortableTh>
        ))}
      </TableHead>
      <TableBody ref={body}>
        {rows.map((row) => (
          <BoardRow key={keyOf(row)} row={row} mayMakePolicy={mayMakePolicy} />
        ))}
      </TableBody>
    </Table>
  );
}

function BoardRow({ row, mayMakePolicy }: { row: BackupBoardRow; mayMakePolicy: boolean }) {
  const name = nameOwner(row.service);
  const about = [
    row.service === null ? null : row.environment,
    row.policy || null,
    row.service === null ? null : SOURCE_WORDS[row.engine],
  ].filter(Boolean);
  return (
    <TableRow>
      <Td wide className="max-w-80">
        <TableLink href={hrefOf(row)} className="block truncate" title={name}>
          {name}
        </TableLink>
        <span className="block truncate text-muted text-xs" title={about.join(" · ")}>
          {about.join(" · ")}
        </span>
      </Td>
      <Td label="Provably restorable as of" className="whitespace-nowrap">
        <AsOf row={row} />
      </Td>
      <Td label="Restore takes" numeric className="whitespace-nowrap">
        {row.restoreMs === null ? <span className="text-muted">–</span> : formatDuration(row.restoreMs)}
      </Td>
      <Td label="Last backup" className="max-w-64">
        <Last row={row} />
      </Td>
      <Td label="Next" className="whitespace-nowrap">
        <Next row={row} mayMakePolicy={mayMakePolicy} />
      </Td>
      <Td label="Size" numeric className="whitespace-nowrap">
        <Size row={row} />
      </Td>
      <Td label="Points" numeric>
        {formatCount(row.count)}
      </Td>
    </TableRow>
  );
}

/** Since when it could be brought back, and how we know. */
function AsOf({ row }: { row: BackupBoardRow }) {
  const { asOf, level, provenId, lastBackup } = row;
  if (!asOf || !provenId)
    // What was proven may be gone.
    return (
      <StateBadge
        plain
        alert
        state="person"
        word={lastBackup?.availability === "missing" ? "Not now" : "Never proven"}
      />
    );
  return (
    <>
      <Link href={`/backups/points/${provenId}`} className="relative font-medium underline-offset-4 hover:underline">
        <Moment at={asOf} />
      </Link>
      <span className="block text-muted text-xs">{level ? LEVEL_WORDS[level].toLowerCase() : null}</span>
      {row.targetFailingSince ? <Late word="Target failing" since={row.targetFailingSince} /> : null}
      {row.proofOverdueSince ? <Late word="Proof overdue" since={row.proofOverdueSince} /> : null}
    </>
  );
}

function Last({ row: { lastBackup: last } }: { row: BackupBoardRow }) {
  if (!last) return <span className="text-muted">None yet</span>;
  const there = last.availability === "missing" ? describeAvailability({ ...last, removedReason: null }) : null;
  const trouble = last.error ?? last.anomaly;
  return (
    <>
      <Link href={`/backups/points/${last.id}`} className="relative rounded-sm underline-offset-4 hover:underline">
        {there ? (
          <StateBadge plain state={there.state} word={there.word} />
        ) : (
          <BackupState state={last.state} proven={last.proven} />
        )}
      </Link>
      <span className="block text-muted text-xs">
        <RelativeTime at={last.startedAt} />
      </span>
      {trouble ? (
        <span
          className={`line-clamp-2 break-words text-xs ${last.error ? "text-failed" : "text-person"}`}
          title={trouble}
        >
          {trouble}
        </span>
      ) : null}
    </>
  );
}

function Next({ row, mayMakePolicy }: { row: BackupBoardRow; mayMakePolicy: boolean }) {
  const words = sayNext(row);
  return (
    <>
      {row.nextAt ? (
        <RelativeTime at={row.nextAt} />
      ) : row.policyId === null ? (
        <>
          <StateBadge plain alert state="person" word={words} />
          {mayMakePolicy ? (
            <Link
              href={newPolicyHref(row)}
              className="relative block text-accent text-xs underline underline-offset-4"
              aria-label={`Make a schedule for ${nameOwner(row.service)}`}
            >
              Make one
            </Link>
          ) : null}
        </>
      ) : (
        <span className="text-muted">{words}</span>
      )}
      {row.overdueSince ? <Late word="Overdue" since={row.overdueSince} /> : null}
    </>
  );
}

function Late({ word, since }: { word: string; since: string }) {
  return (
    <span className="flex flex-wrap items-center gap-x-1.5">
      <StateBadge plain alert state="person" word={word} className="text-xs" />
      <span className="text-muted text-xs">
        since <RelativeTime at={since} />
      </span>
    </span>
  );
}

function Size({ row }: { row: BackupBoardRow }) {
  const last = row.sizes.at(-1);
  if (!last) return <span className="text-muted">–</span>;
  return (
    <span className="inline-flex items-center gap-2 align-middle">
      {/* What is narrower than this has room for the figure, not for its way. */}
      <span className="sm:max-[1360px]:hidden">
        <SizeTrend sizes={row.sizes} />
      </span>
      <span className="min-w-14">{formatBytes(last.sizeBytes)}</span>
    </span>
  );
}
