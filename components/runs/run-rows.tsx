"use client";

import { useRef } from "react";
import type { RunLink } from "#lib/services/types.ts";
import { useRowKeys } from "../lists/use-row-keys.ts";
import { stateOfRun } from "../state-of.ts";
import { Duration } from "../ui/duration.tsx";
import { RelativeTime } from "../ui/relative-time.tsx";
import { StateBadge } from "../ui/state-badge.tsx";
import { Table, TableBody, TableHead, TableRow, Td, Th } from "../ui/table.tsx";
import { TableLink } from "../ui/table-link.tsx";

interface Row extends RunLink {
  service?: { name: string } | null;
  requestedBy?: { name: string } | null;
}

const MODES: Record<RunLink["mode"], string> = { plan: "Dry run", apply: "Run", undo: "Undo", verify: "Check" };

/** Runs, the newest first. `withService`: the list holds more than one service. */
export function RunRows({ runs, withService }: { runs: Row[]; withService?: boolean }) {
  const body = useRef<HTMLTableSectionElement>(null);
  useRowKeys(body);
  return (
    <Table label="Runs">
      <TableHead>
        <Th numeric>Run</Th>
        <Th>What</Th>
        <Th>State</Th>
        {withService ? <Th>Service</Th> : null}
        <Th>Kind</Th>
        <Th numeric>Steps</Th>
        <Th numeric>Took</Th>
        <Th>Begun</Th>
      </TableHead>
      <TableBody ref={body}>
        {runs.map((run) => {
          const { state, word } = stateOfRun(run.state, run.mode);
          return (
            <TableRow key={run.id}>
              <Td numeric className="w-16 text-muted max-sm:order-1">
                <span className="hidden max-sm:inline">Run </span>
                {run.id}
              </Td>
              <Td wide className="max-w-96">
                <TableLink href={`/runs/${run.id}`} className="block truncate" title={run.title}>
                  {run.title}
                </TableLink>
              </Td>
              <Td className="max-sm:order-1">
                <StateBadge plain state={state} word={word} />
              </Td>
              {withService ? (
                <Td label="Service" className="max-w-48 truncate max-sm:order-2">
                  {run.service?.name ?? <span className="text-muted">–</span>}
                </Td>
              ) : null}
              <Td label="Kind" className="text-muted max-sm:order-2">
                {MODES[run.mode]}
              </Td>
              <Td label="Steps" numeric className="max-sm:order-2">
                {run.stepsDone}/{run.stepsTotal}
              </Td>
              <Td label="Took" numeric className="whitespace-nowrap max-sm:order-2">
                {run.startedAt ? <Duration from={run.startedAt} to={run.finishedAt} /> : "–"}
              </Td>
              <Td label="Begun" className="whitespace-nowrap text-muted max-sm:order-2">
                <RelativeTime at={run.createdAt} />
                {run.requestedBy ? <span> by {run.requestedBy.name}</span> : null}
              </Td>
            </TableRow>
          );
        })}
      </TableBody>
    </Table>
  );
}
