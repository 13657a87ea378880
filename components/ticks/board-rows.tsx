"use client";

import { useRef } from "react";
import type { BoardRow } from "#lib/ticks/types.ts";
import { SortableTh } from "../lists/sortable-th.tsx";
import { useRowKeys } from "../lists/use-row-keys.ts";
import { RelativeTime } from "../ui/relative-time.tsx";
import { StateIcon } from "../ui/state-badge.tsx";
import { Table, TableBody, TableHead, TableRow, Td, Th } from "../ui/table.tsx";
import { TableLink } from "../ui/table-link.tsx";
import { Score } from "./score.tsx";
import { stateOfTick } from "./tick-words.ts";

interface BoardRowsProps {
  rows: BoardRow[];
  sort: string;
  onSort: (sort: string) => void;
}

export function BoardRows({ rows, sort, onSort }: BoardRowsProps) {
  const body = useRef<HTMLTableSectionElement>(null);
  useRowKeys(body);
  // The API knows one direction of each: by name from A on, by what is open from most on.
  const head = {
    sort: sort === "worst" ? "-open" : "name",
    onSort: (column: string) => onSort(column.endsWith("open") ? "" : "name"),
  };
  return (
    <Table label="Services">
      <TableHead>
        <SortableTh column="name" {...head}>
          Service
        </SortableTh>
        <SortableTh column="open" {...head}>
          Still so
        </SortableTh>
        <Th>No longer so</Th>
        <Th>Owner</Th>
        <Th>Looked at</Th>
      </TableHead>
      <TableBody ref={body}>
        {rows.map((row) => (
          <TableRow key={row.id}>
            <Td wide className="max-w-64">
              <TableLink href={`/services/${row.name}/checklist`} className="block truncate" title={row.name}>
                {row.name}
              </TableLink>
            </Td>
            <Td label="Still so">
              <Score name={row.name} right={row.right} total={row.total} />
            </Td>
            <Td label="No longer so" wide={row.openTicks.length > 0} className="sm:w-1/2">
              <OpenTicks row={row} />
            </Td>
            <Td label="Owner" className="max-w-40 truncate" title={row.owner.name}>
              {row.owner.name}
            </Td>
            <Td label="Looked at" className="whitespace-nowrap text-muted">
              {row.checkedAt ? <RelativeTime at={row.checkedAt} /> : "–"}
            </Td>
          </TableRow>
        ))}
      </TableBody>
    </Table>
  );
}

/** What is open longest, with its reason; the rest is a number. */
function OpenTicks({ row: { openTicks, open } }: { row: BoardRow }) {
  if (openTicks.length === 0) return <span className="text-muted">–</span>;
  return (
    <ul className="grid gap-1.5">
      {openTicks.map((tick) => {
        const { state, word } = stateOfTick(tick.state);
        return (
          <li key={`${tick.environment}/${tick.key}`} className="flex min-w-0 items-start gap-2 text-left">
            <span className="pt-0.5">
              <StateIcon state={state} word={word} />
            </span>
            <span className="min-w-0">
              <span className="break-words">{tick.title}</span>{" "}
              <span className="whitespace-nowrap text-muted">
                since <RelativeTime at={tick.since} />
              </span>
              <span className="line-clamp-2 break-words text-muted text-xs">{tick.reason}</span>
            </span>
          </li>
        );
      })}
      {open > openTicks.length ? <li className="text-muted">and {open - openTicks.length} more</li> : null}
    </ul>
  );
}
