import { KeyRound } from "lucide-react";
import type { ServiceView } from "#lib/services/types.ts";
import { Card, CardHeader } from "../ui/card.tsx";
import { CopyButton } from "../ui/copy-button.tsx";
import { EmptyState } from "../ui/empty-state.tsx";
import { RelativeTime } from "../ui/relative-time.tsx";
import { Table, TableBody, TableHead, TableRow, Td, Th } from "../ui/table.tsx";

/** Names and versions; values never come to a page. */
export function ServiceSecrets({ secrets }: { secrets: ServiceView["secrets"] }) {
  return (
    <Card className="overflow-hidden">
      <CardHeader
        title="Secrets"
        note="Kept encrypted by the panel and handed to the swarm. Their values are never shown here."
      />
      {secrets.length === 0 ? (
        <EmptyState icon={KeyRound} title="No secrets">
          A service with a database gets its password here by itself.
        </EmptyState>
      ) : (
        <Table label="Secrets">
          <TableHead>
            <Th>Name in the swarm</Th>
            <Th numeric>Version</Th>
            <Th>Made</Th>
          </TableHead>
          <TableBody>
            {secrets.map((secret) => (
              <TableRow key={`${secret.name}#${secret.version}`}>
                <Td wide>
                  <span className="inline-flex max-w-full items-center gap-1">
                    <code className="break-all">{secret.name}</code>
                    <CopyButton text={secret.name} label={`Copy the name ${secret.name}`} />
                  </span>
                </Td>
                <Td label="Version" numeric>
                  {secret.version}
                </Td>
                <Td label="Made" className="whitespace-nowrap text-muted">
                  <RelativeTime at={secret.createdAt} />
                </Td>
              </TableRow>
            ))}
          </TableBody>
        </Table>
      )}
    </Card>
  );
}
