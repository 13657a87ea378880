import type { ServiceView } from "#lib/services/types.ts";
import { wordForKind } from "../runs/words.ts";
import { Card, CardHeader } from "../ui/card.tsx";
import { MonoId } from "../ui/mono-id.tsx";
import { RelativeTime } from "../ui/relative-time.tsx";
import { StateBadge } from "../ui/state-badge.tsx";
import { Table, TableBody, TableHead, TableRow, Td, Th } from "../ui/table.tsx";
import { TableLink } from "../ui/table-link.tsx";

type Resource = ServiceView["resources"][number];

/** What the service has in the outside world: what undoing would take away. */
export function LedgerCard({ resources }: { resources: Resource[] }) {
  if (resources.length === 0) return null;
  return (
    <Card className="min-w-0 overflow-hidden">
      <CardHeader title="What it has outside" note="Everything its runs have made and not yet taken away." />
      <Table label="What it has outside">
        <TableHead>
          <Th>Name</Th>
          <Th>Kind</Th>
          <Th>State</Th>
          <Th>Known there as</Th>
          <Th>Made</Th>
        </TableHead>
        <TableBody>
          {resources.map((resource) => (
            <TableRow key={resource.id}>
              <Td wide className="max-w-72">
                <TableLink href={`/runs/${resource.runId}`} className="block break-all">
                  {resource.name}
                </TableLink>
              </Td>
              <Td label="Kind">{wordForKind(resource.kind)}</Td>
              <Td label="State">
                {resource.state === "present" ? (
                  <StateBadge plain state="done" word="Present" />
                ) : (
                  <StateBadge plain state="waiting" word="Being made" />
                )}
              </Td>
              <Td label="Known there as">
                <MonoId value={resource.providerId} className="relative" />
              </Td>
              <Td label="Made" className="whitespace-nowrap text-muted">
                run {resource.runId}, <RelativeTime at={resource.createdAt} />
              </Td>
            </TableRow>
          ))}
        </TableBody>
      </Table>
    </Card>
  );
}
