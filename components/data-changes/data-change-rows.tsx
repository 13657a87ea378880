"use client";

import { useRef } from "react";
import type { DataChangeListRow } from "#lib/data-changes/types.ts";
import { useRowKeys } from "../lists/use-row-keys.ts";
import { Badge } from "../ui/badge.tsx";
import { RelativeTime } from "../ui/relative-time.tsx";
import { StateBadge } from "../ui/state-badge.tsx";
import { Table, TableBody, TableHead, TableRow, Td, Th } from "../ui/table.tsx";
import { TableLink } from "../ui/table-link.tsx";
import { stateOfDataChange } from "./data-change-words.ts";

/** Data changes, the newest first. `withService`: the list holds more than one service. */
export function DataChangeRows({ rows, withService }: { rows: DataChangeListRow[]; withService?: boolean }) {
  const body = useRef<HTMLTableSectionElement>(null);
  useRowKeys(body);
  return (
    <Table label="Data changes">
      <TableHead>
        <Th>What</Th>
        <Th>State</Th>
        {withService ? <Th>Service</Th> : null}
        <Th>Environment</Th>
        <Th>Written</Th>
      </TableHead>
      <TableBody ref={body}>
        {rows.map((row) => {
          const { state, word } = stateOfDataChange(row.state);
          return (
            <TableRow key={row.id}>
              <Td wide className="max-w-96">
                <TableLink href={`/data-changes/${row.id}`} className="block truncate" title={row.title}>
                  {row.title}
                </TableLink>
              </Td>
              <Td className="max-sm:order-1">
                <span className="flex flex-wrap items-center gap-2">
                  <StateBadge plain state={state} word={word} />
                  {row.waitsForMe ? <Badge tone="person">for you</Badge> : null}
                </span>
              </Td>
              {withService ? (
                <Td label="Service" className="max-w-48 truncate max-sm:order-2">
                  {row.service}
                </Td>
              ) : null}
              <Td label="Environment" className="text-muted max-sm:order-2">
                {row.environment}
              </Td>
              <Td label="Written" className="whitespace-nowrap text-muted max-sm:order-2">
                <RelativeTime at={row.createdAt} /> by {row.requestedBy.name}
              </Td>
            </TableRow>
          );
        })}
      </TableBody>
    </Table>
  );
}
