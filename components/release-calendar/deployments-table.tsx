"use client";

import { useRef } from "react";
import type { DeploymentList } from "#lib/releases/types.ts";
import { useRowKeys } from "../lists/use-row-keys.ts";
import { KIND_WORDS, stateOfDeployment } from "../releases/release-words.ts";
import { Badge } from "../ui/badge.tsx";
import { Duration } from "../ui/duration.tsx";
import { RelativeTime } from "../ui/relative-time.tsx";
import { StateBadge } from "../ui/state-badge.tsx";
import { Table, TableBody, TableHead, TableRow, Td, Th } from "../ui/table.tsx";
import { TableLink } from "../ui/table-link.tsx";

type Row = DeploymentList["items"][number];

/** A deployment a row, of any service. */
export function DeploymentsTable({ rows }: { rows: readonly Row[] }) {
  const body = useRef<HTMLTableSectionElement>(null);
  useRowKeys(body);
  return (
    <Table label="Deployments">
      <TableHead>
        <Th>Service</Th>
        <Th>Release</Th>
        <Th>Environment</Th>
        <Th>State</Th>
        <Th>Asked for by</Th>
        <Th>When</Th>
        <Th numeric>Took</Th>
      </TableHead>
      <TableBody ref={body}>
        {rows.map((row) => (
          <DeploymentsRow key={row.id} row={row} />
        ))}
      </TableBody>
    </Table>
  );
}

function DeploymentsRow({ row }: { row: Row }) {
  const { state, word } = stateOfDeployment(row.state);
  return (
    <TableRow>
      <Td wide className="max-w-64">
        <TableLink href={`/deployments/${row.id}`} className="block truncate" title={row.serviceName}>
          {row.serviceName}
        </TableLink>
      </Td>
      <Td label="Release" className="whitespace-nowrap tabular-nums">
        <span className="flex items-center gap-2">
          {row.release.number}
          {row.kind === "release" ? null : (
            <Badge tone={row.kind === "break-glass" ? "person" : "neutral"}>{KIND_WORDS[row.kind]}</Badge>
          )}
        </span>
      </Td>
      <Td label="Environment">{row.environment}</Td>
      <Td label="State" className="max-w-72 max-sm:col-span-2">
        <StateBadge plain state={state} word={word} />
        {row.outcome && row.state !== "done" ? (
          <span className="block truncate text-muted text-xs" title={row.outcome}>
            {row.outcome}
          </span>
        ) : null}
      </Td>
      <Td label="Asked for by" className="max-w-40">
        <span className="block truncate">{row.requestedBy?.name ?? <span className="text-muted">the panel</span>}</span>
      </Td>
      <Td label="When" className="whitespace-nowrap text-muted">
        <When row={row} />
      </Td>
      <Td label="Took" numeric className="whitespace-nowrap text-muted max-sm:hidden">
        {row.startedAt ? <Duration from={row.startedAt} to={row.finishedAt ?? undefined} /> : "–"}
      </Td>
    </TableRow>
  );
}

/** When it began; before that, when it is to begin or was asked for. */
function When({ row }: { row: Row }) {
  if (row.startedAt) return <RelativeTime at={row.startedAt} />;
  if (row.startAt && row.state === "scheduled")
    return (
      <>
        starts <RelativeTime at={row.startAt} />
      </>
    );
  return (
    <>
      asked <RelativeTime at={row.createdAt} />
    </>
  );
}
