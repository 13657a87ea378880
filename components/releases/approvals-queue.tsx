"use client";

import { CircleCheck, Send } from "lucide-react";
import { useRef } from "react";
import type { ApprovalsQueue as Queue, QueueRow } from "#lib/releases/types.ts";
import { DataChangeRows } from "../data-changes/data-change-rows.tsx";
import { useRowKeys } from "../lists/use-row-keys.ts";
import { Badge } from "../ui/badge.tsx";
import { Card } from "../ui/card.tsx";
import { EmptyState } from "../ui/empty-state.tsx";
import { ErrorPanel } from "../ui/error-panel.tsx";
import { RelativeTime } from "../ui/relative-time.tsx";
import { StateBadge } from "../ui/state-badge.tsx";
import { Table, TableBody, TableHead, TableRow, Td, Th } from "../ui/table.tsx";
import { TableLink } from "../ui/table-link.tsx";
import { nameDeployment, stateOfDeployment } from "./release-words.ts";
import { useApprovals, type WaitingForMe } from "./use-approvals.ts";

/** What waits for the reader, then what the reader waits for. */
export function ApprovalsQueue({ initialData }: { initialData: WaitingForMe }) {
  const { queue: data, dataChanges, error } = useApprovals(initialData);
  return (
    <div className="grid grid-cols-1 gap-6">
      {error ? <ErrorPanel message={error.message} /> : null}
      <section aria-label="Waiting for you" className="grid gap-2">
        <h2 className="font-medium text-muted text-sm">Waiting for you</h2>
        <Card className="overflow-hidden">
          {data.waiting.length > 0 ? (
            <QueueTable label="Waiting for you" rows={data.waiting} />
          ) : (
            <EmptyState
              icon={CircleCheck}
              title={dataChanges.length > 0 ? "No release waits for you" : "Nothing waits for you"}
              className={dataChanges.length > 0 ? "py-8" : ""}
            >
              When somebody proposes a release that you may approve, it stands here, and you get a mail.
            </EmptyState>
          )}
        </Card>
      </section>
      {dataChanges.length > 0 ? (
        <section aria-label="Data changes waiting for you" className="grid gap-2">
          <h2 className="font-medium text-muted text-sm">Data changes waiting for you</h2>
          <Card className="overflow-hidden">
            <DataChangeRows rows={dataChanges} withService />
          </Card>
        </section>
      ) : null}
      <section aria-label="You wait for others" className="grid gap-2">
        <h2 className="font-medium text-muted text-sm">You wait for others</h2>
        <Card className="overflow-hidden">
          {data.mine.length > 0 ? (
            <QueueTable label="You wait for others" rows={data.mine} />
          ) : (
            <EmptyState icon={Send} title="Nothing of yours is open" className="py-8">
              What you propose stands here until it is decided.
            </EmptyState>
          )}
        </Card>
      </section>
    </div>
  );
}

type Row = QueueRow & Partial<Pick<Queue["waiting"][number], "why" | "onBehalfOf">>;

function QueueTable({ label, rows }: { label: string; rows: readonly Row[] }) {
  const body = useRef<HTMLTableSectionElement>(null);
  useRowKeys(body);
  return (
    <Table label={label}>
      <TableHead>
        <Th>What</Th>
        <Th>State</Th>
        <Th numeric>Approvals</Th>
        <Th>About</Th>
        <Th>Asked for</Th>
        <Th>Until</Th>
      </TableHead>
      <TableBody ref={body}>
        {rows.map((row) => (
          <QueueLine key={row.id} row={row} />
        ))}
      </TableBody>
    </Table>
  );
}

function QueueLine({ row }: { row: Row }) {
  const { id, serviceName, why, onBehalfOf = [], needed, given, differences, dataLoss, reviewDueAt } = row;
  const { state, word } = stateOfDeployment(row.state);
  const isReview = why === "review";
  return (
    <TableRow>
      <Td wide className="max-w-80">
        <TableLink
          href={`/deployments/${id}`}
          className="block truncate"
          title={`${serviceName}: ${nameDeployment(row)}`}
        >
          {serviceName}
        </TableLink>
        <span className="block truncate text-muted text-xs">
          {nameDeployment(row)}
          {onBehalfOf.length > 0 ? ` · with ${onBehalfOf.map(({ name }) => `${name}’s`).join(" or ")} vote` : ""}
        </span>
      </Td>
      <Td label="State">
        {isReview ? (
          <StateBadge
            plain
            alert
            state="person"
            word={row.kind === "rollback" ? "Went back: review" : "Glass broken: review"}
          />
        ) : (
          <StateBadge plain state={state} word={word} />
        )}
      </Td>
      <Td label="Approvals" numeric>
        {isReview ? <span className="text-muted">–</span> : `${given} of ${needed}`}
      </Td>
      <Td label="About">
        <span className="flex flex-wrap items-center gap-1.5">
          {dataLoss ? <Badge tone="failed">data can be lost</Badge> : null}
          <span className="text-muted">{differences === 1 ? "1 change" : `${differences} changes`}</span>
        </span>
      </Td>
      <Td label="Asked for" className="text-muted">
        <span className="whitespace-nowrap">
          <RelativeTime at={row.createdAt} />
        </span>
        <span className="block max-w-40 truncate text-xs">by {row.requestedBy?.name ?? "the panel"}</span>
      </Td>
      <Td label="Until" className="whitespace-nowrap text-muted">
        <RelativeTime at={isReview && reviewDueAt ? reviewDueAt : row.expiresAt} />
      </Td>
    </TableRow>
  );
}
