"use client";

import { useRef } from "react";
import { daysUntil } from "#lib/platform/format.ts";
import type { ServiceSummary } from "#lib/services/types.ts";
import { DaysLeft } from "../domains/days-left.tsx";
import { SortableTh } from "../lists/sortable-th.tsx";
import { useRowKeys } from "../lists/use-row-keys.ts";
import { stateOfService } from "../state-of.ts";
import { RelativeTime } from "../ui/relative-time.tsx";
import { StateBadge } from "../ui/state-badge.tsx";
import { Table, TableBody, TableHead, TableRow, Td, Th } from "../ui/table.tsx";
import { TableLink } from "../ui/table-link.tsx";
import { useNow } from "../ui/use-now.ts";
import { Replicas } from "./replicas.tsx";

export const SORTS = ["name", "-name", "newest", "oldest"] as const;
type ServiceSort = (typeof SORTS)[number];

/** The API's words for an order, as a column's. */
const TO_COLUMN: Record<ServiceSort, string> = {
  name: "name",
  "-name": "-name",
  newest: "-created",
  oldest: "created",
};
const fromColumn = (column: string) => SORTS.find((sort) => TO_COLUMN[sort] === column) ?? "name";

interface ServiceRowsProps {
  services: ServiceSummary[];
  sort: ServiceSort;
  onSort: (sort: ServiceSort) => void;
}

export function ServiceRows({ services, sort, onSort }: ServiceRowsProps) {
  const body = useRef<HTMLTableSectionElement>(null);
  useRowKeys(body);
  const head = { sort: TO_COLUMN[sort], onSort: (column: string) => onSort(fromColumn(column)) };
  return (
    <Table label="Services">
      <TableHead>
        <SortableTh column="name" {...head}>
          Name
        </SortableTh>
        <Th>State</Th>
        <Th>Replicas</Th>
        <Th>Owner</Th>
        <Th>Restorable as of</Th>
        <Th>Certificate</Th>
        <SortableTh column="created" {...head}>
          Since
        </SortableTh>
      </TableHead>
      <TableBody ref={body}>
        {services.map((service) => (
          <ServiceRow key={service.id} service={service} />
        ))}
      </TableBody>
    </Table>
  );
}

function ServiceRow({ service }: { service: ServiceSummary }) {
  const now = useNow();
  const { state, word } = stateOfService(service.state);
  const retired = service.state === "retired";
  return (
    <TableRow>
      <Td wide className="max-w-80">
        <TableLink href={`/services/${service.name}`} className="block truncate">
          {service.name}
        </TableLink>
        <span className="block truncate text-muted text-xs" title={service.purpose}>
          {service.hostnames[0] ?? service.purpose}
        </span>
      </Td>
      <Td label="State">
        <StateBadge plain state={state} word={word} />
      </Td>
      <Td label="Replicas">
        {service.replicas ? <Replicas {...service.replicas} /> : <span className="text-muted">–</span>}
      </Td>
      <Td label="Owner" className="max-w-40 truncate" title={service.owner.name}>
        {service.owner.name}
      </Td>
      <Td label="Restorable as of" className="whitespace-nowrap">
        {service.restorableAsOf ? <RelativeTime at={service.restorableAsOf} /> : <span className="text-muted">–</span>}
      </Td>
      <Td label="Certificate">
        {service.certificateUntil && !retired ? (
          <DaysLeft days={daysUntil(Date.parse(service.certificateUntil), now)} />
        ) : (
          <span className="text-muted">–</span>
        )}
      </Td>
      <Td label="Since" className="whitespace-nowrap text-muted">
        <RelativeTime at={service.createdAt} />
      </Td>
    </TableRow>
  );
}
