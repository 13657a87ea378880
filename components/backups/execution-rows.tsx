"use client";

import Link from "next/link";
import { useRef } from "react";
import { isFileKind } from "#lib/backups/constants.ts";
import type { BackupView } from "#lib/backups/types.ts";
import { formatBytes, formatCount, plural } from "#lib/platform/format.ts";
import { useRowKeys } from "../lists/use-row-keys.ts";
import { Duration } from "../ui/duration.tsx";
import { RelativeTime } from "../ui/relative-time.tsx";
import { Table, TableBody, TableHead, TableRow, Td, Th } from "../ui/table.tsx";
import { TableLink } from "../ui/table-link.tsx";
import { AvailabilityBadges, BackupState } from "./backup-state.tsx";
import { TRIGGER_WORDS } from "./backup-words.ts";
import { TroubleLine } from "./trouble-line.tsx";
import { nameOwner, SOURCE_WORDS } from "./words.ts";

interface ExecutionRowsProps {
  rows: BackupView[];
  /** The list holds more than one service's. */
  withService?: boolean;
}

/** Runs of backups, newest first. */
export function ExecutionRows({ rows, withService = false }: ExecutionRowsProps) {
  const body = useRef<HTMLTableSectionElement>(null);
  useRowKeys(body);
  return (
    <Table label="Backups">
      <TableHead>
        <Th>{withService ? "Of" : "Policy"}</Th>
        <Th>Taken</Th>
        <Th>State</Th>
        <Th>Can be had</Th>
        <Th numeric>Size</Th>
        <Th numeric>Took</Th>
        <Th>Target</Th>
        <Th numeric>Run</Th>
      </TableHead>
      <TableBody ref={body}>
        {rows.map((row) => (
          <ExecutionRow key={row.id} row={row} withService={withService} />
        ))}
      </TableBody>
    </Table>
  );
}

function ExecutionRow({ row, withService }: { row: BackupView; withService: boolean }) {
  const owner = nameOwner(row.service);
  const title = withService ? owner : row.policy;
  const about = withService
    ? [
        row.service === null ? null : row.environment,
        row.policy,
        row.service === null ? null : SOURCE_WORDS[row.engine],
      ]
    : [row.environment, SOURCE_WORDS[row.engine]];
  return (
    <TableRow>
      <Td wide className="max-w-80">
        <TableLink href={`/backups/points/${row.id}`} className="block truncate" title={title}>
          {title}
        </TableLink>
        <span className="block truncate text-muted text-xs">{about.filter(Boolean).join(" · ")}</span>
      </Td>
      <Td label="Taken" className="whitespace-nowrap">
        <RelativeTime at={row.startedAt} />
        <span className="block text-muted text-xs">{TRIGGER_WORDS[row.trigger]}</span>
      </Td>
      <Td label="State" className="max-w-72">
        <BackupState state={row.state} proven={row.proven} />
        {row.error ? <TroubleLine tone="failed">{row.error}</TroubleLine> : null}
        {row.anomaly ? <TroubleLine tone="person">{row.anomaly}</TroubleLine> : null}
      </Td>
      <Td label="Can be had">
        <AvailabilityBadges backup={row} />
        {row.removedReason ? (
          <span className="line-clamp-2 max-w-48 break-words text-muted text-xs" title={row.removedReason}>
            {row.removedReason}
          </span>
        ) : null}
      </Td>
      <Td label="Size" numeric className="whitespace-nowrap">
        {row.sizeBytes === null ? <span className="text-muted">–</span> : formatBytes(row.sizeBytes)}
        <span className="block text-muted text-xs">{sayRows(row)}</span>
      </Td>
      <Td label="Took" numeric className="whitespace-nowrap">
        {row.finishedAt || row.state === "running" ? <Duration from={row.startedAt} to={row.finishedAt} /> : "–"}
      </Td>
      <Td label="Target" className="max-w-40">
        <span className="block truncate" title={row.target.name}>
          {row.target.name}
        </span>
        {row.encrypted ? <span className="block text-muted text-xs">encrypted</span> : null}
      </Td>
      <Td label="Run" numeric className={row.runId === null ? "max-sm:hidden" : undefined}>
        {row.runId === null ? (
          <span className="text-muted">–</span>
        ) : (
          <Link href={`/runs/${row.runId}`} className="relative text-accent underline underline-offset-4">
            {row.runId}
          </Link>
        )}
      </Td>
    </TableRow>
  );
}

/** How much is in it: rows, or files of a folder. */
function sayRows({ rows, engine }: BackupView): string | null {
  if (rows === null) return null;
  if (isFileKind(engine)) return rows === 1 ? "1 file" : `${formatCount(rows)} files`;
  return rows === 1 ? plural(1, "row") : `${formatCount(rows)} rows`;
}
