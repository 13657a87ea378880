"use client";

import { useQuery } from "@tanstack/react-query";
import { Globe } from "lucide-react";
import type { ZoneView } from "#lib/dns/types.ts";
import { formatCount } from "#lib/platform/format.ts";
import { api } from "../api-client.ts";
import { Card } from "../ui/card.tsx";
import { EmptyState } from "../ui/empty-state.tsx";
import { RelativeTime } from "../ui/relative-time.tsx";
import { StateBadge } from "../ui/state-badge.tsx";
import { Table, TableBody, TableHead, TableRow, Td, Th } from "../ui/table.tsx";
import { TableLink } from "../ui/table-link.tsx";
import { ZoneCounts } from "./zone-counts.tsx";

/** The hosted zones the panel works in. */
export function ZoneList({ initialData }: { initialData: { zones: ZoneView[] } }) {
  const { data } = useQuery({
    queryKey: ["zones", "list"],
    queryFn: ({ signal }) => api("GET /zones", { signal }),
    initialData,
    refetchInterval: 10_000,
  });
  if (data.zones.length === 0)
    return (
      <Card>
        <EmptyState icon={Globe} title="No zone has been read yet">
          A worker reads the hosted zones named in the settings and shows them here. If none appears within a minute,
          look at the worker’s log.
        </EmptyState>
      </Card>
    );
  return (
    <Card className="overflow-hidden">
      <Table label="Zones">
        <TableHead>
          <Th>Zone</Th>
          <Th>Records of the panel</Th>
          <Th numeric>Others’</Th>
          <Th>Compared</Th>
          <Th>State</Th>
        </TableHead>
        <TableBody>
          {data.zones.map((zone) => (
            <TableRow key={zone.id}>
              <Td wide className="max-w-96">
                <TableLink href={`/domains/zones/${zone.id}`} className="break-all">
                  {zone.name}
                </TableLink>
              </Td>
              <Td label="Records of the panel">
                <ZoneCounts zone={zone} />
              </Td>
              <Td label="Others’" numeric>
                {formatCount(zone.counts.foreign)}
              </Td>
              <Td label="Compared" className="whitespace-nowrap text-muted">
                {zone.syncedAt ? <RelativeTime at={zone.syncedAt} /> : "not yet"}
              </Td>
              <Td label="State">
                {zone.heldReason ? (
                  <StateBadge plain state="person" word="Held" />
                ) : (
                  <StateBadge
                    plain
                    state={zone.syncedAt ? "done" : "waiting"}
                    word={zone.syncedAt ? "Kept" : "Not read yet"}
                  />
                )}
              </Td>
            </TableRow>
          ))}
        </TableBody>
      </Table>
    </Card>
  );
}
