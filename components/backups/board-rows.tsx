"use client";

import Link from "next/link";
import { useRef } from "react";
import { PANEL } from "#lib/backups/constants.ts";
import type { BackupBoardRow } from "#lib/backups/types.ts";
import { formatBytes, formatCount, formatDuration, plural } from "#lib/platform/format.ts";
import { SortableTh } from "../lists/sortable-th.tsx";
import { useRowKeys } from "../lists/use-row-keys.ts";
import { RelativeTime } from "../ui/relative-time.tsx";
import { StateBadge } from "../ui/state-badge.tsx";
import { Table, TableBody, TableHead, TableRow, Td } from "../ui/table.tsx";
import { TableLink } from "../ui/table-link.tsx";
import { BackupState } from "./backup-state.tsx";
import { describeAvailability, LEVEL_WORDS, NOTHING_PROVEN, sayNext, TOO_OLD } from "./backup-words.ts";
import { Moment } from "./moment.tsx";
import { SizeTrend } from "./size-trend.tsx";
import { TroubleLine } from "./trouble-line.tsx";
import { nameOwner, newPolicyHref, SOURCE_WORDS } from "./words.ts";

interface BoardRowsProps {
  rows: BackupBoardRow[];
  sort: string;
  onSort: (sort: string) => void;
}

/** Columns that narrower windows have no room for, and the lines that say the same below another figure then. */
const WIDE = "sm:max-[1400px]:hidden";
const IN_LINE = "hidden sm:max-[1400px]:block";
const WIDER = "sm:max-[1220px]:hidden";
const IN_LINE_SOONER = "hidden sm:max-[1220px]:block";

const COLUMNS: readonly { id?: string; header: string; numeric?: boolean; className?: string }[] = [
  { id: "service", header: "Service" },
  { id: "asOf", header: "Provably restorable as of" },
  { id: "restore", header: "Restore takes", numeric: true, className: WIDE },
  { id: "last", header: "Last backup" },
  { id: "next", header: "Next", className: WIDER },
  { id: "size", header: "Size", numeric: true },
  { header: "Points", numeric: true, className: WIDE },
];

/** Where a line leads: to the service's backups, or to the panel's own policy. */
function hrefOf(row: BackupBoardRow): string {
  if (row.service !== null) return `/services/${row.service}/backups`;
  return row.policyId === null ? newPolicyHref(row) : `/backups/policies/${row.policyId}`;
}

const keyOf = ({ policyId, service, environment, policy }: BackupBoardRow) =>
  policyId ?? `${service ?? PANEL}/${environment}/${policy}`;

export function BoardRows({ rows, sort, onSort }: BoardRowsProps) {
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
            numeric={column.numeric}
            className={column.className}
          >
            {column.header}
          </SortableTh>
        ))}
      </TableHead>
      <TableBody ref={body}>
        {rows.map((row) => (
          <BoardRow key={keyOf(row)} row={row} />
        ))}
      </TableBody>
    </Table>
  );
}

function BoardRow({ row }: { row: BackupBoardRow }) {
  const name = nameOwner(row.service);
  const about = [
    row.service === null ? null : row.environment,
    row.policy || null,
    row.service === null ? null : SOURCE_WORDS[row.engine],
  ].filter(Boolean);
  return (
    <TableRow>
      <Td wide className="max-w-80 sm:max-lg:max-w-36 lg:max-[1220px]:max-w-48">
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
      <Td label="Restore takes" numeric className={`whitespace-nowrap ${WIDE}`}>
        {row.restoreMs === null ? <span className="text-muted">–</span> : formatDuration(row.restoreMs)}
      </Td>
      <Td label="Last backup" className="max-w-64 sm:max-[1220px]:max-w-44">
        <Last row={row} />
        <span className={IN_LINE_SOONER}>
          <Next row={row} isBelow />
        </span>
      </Td>
      <Td label="Next" className={`whitespace-nowrap ${WIDER}`}>
        <Next row={row} />
      </Td>
      <Td label="Size" numeric className="whitespace-nowrap">
        <Size row={row} />
      </Td>
      <Td label="Points" numeric className={WIDE}>
        {formatCount(row.count)}
      </Td>
    </TableRow>
  );
}

/** Since when it could be brought back, and how we know. */
function AsOf({ row }: { row: BackupBoardRow }) {
  const { asOf, level, provenId } = row;
  if (!asOf || !provenId) return <StateBadge plain alert state="person" word={NOTHING_PROVEN} />;
  return (
    <>
      <Link href={`/backups/points/${provenId}`} className="relative font-medium underline-offset-4 hover:underline">
        <Moment at={asOf} />
      </Link>
      <span className="block text-muted text-xs">{level ? LEVEL_WORDS[level].toLowerCase() : null}</span>
      {row.restoreMs === null ? null : (
        <span className={`text-muted text-xs ${IN_LINE}`}>in {formatDuration(row.restoreMs)}</span>
      )}
      {row.tooOld ? <StateBadge plain alert state="person" word={TOO_OLD} className="text-xs" /> : null}
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
      {trouble ? <TroubleLine tone={last.error ? "failed" : "person"}>{trouble}</TroubleLine> : null}
    </>
  );
}

interface NextProps {
  row: BackupBoardRow;
  /** Below the last backup, without a heading of its own. */
  isBelow?: boolean;
}

function Next({ row, isBelow }: NextProps) {
  const words = sayNext(row);
  return (
    <>
      {row.nextAt ? (
        <span className={isBelow ? "text-muted text-xs" : undefined}>
          {isBelow ? "Next " : null}
          <RelativeTime at={row.nextAt} />
        </span>
      ) : row.policyId === null ? (
        <>
          <StateBadge plain alert state="person" word={words} />
          {row.mayMakePolicy ? (
            <Link
              href={newPolicyHref(row)}
              className="relative block text-accent text-xs underline underline-offset-4"
              aria-label={`Make a schedule for ${[nameOwner(row.service), row.policy].filter(Boolean).join(": ")}`}
            >
              Make one
            </Link>
          ) : null}
        </>
      ) : (
        <span className={isBelow ? "text-muted text-xs" : "text-muted"}>{words}</span>
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
    <>
      <span className="inline-flex items-center gap-2 align-middle">
        {/* What is narrower than this has room for the figure, not for its way. */}
        {row.sizes.length > 1 ? (
          <span className="sm:max-md:hidden">
            <SizeTrend sizes={row.sizes} />
          </span>
        ) : null}
        <span className="sm:min-w-14">{formatBytes(last.sizeBytes)}</span>
      </span>
      <span className={`text-muted text-xs ${IN_LINE}`}>{plural(row.count, "point")}</span>
    </>
  );
}
