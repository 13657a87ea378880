"use client";

import { Archive } from "lucide-react";
import { formatBytes } from "#lib/platform/format.ts";
import type { ServiceView } from "#lib/services/types.ts";
import { BackupState } from "../backups/backup-state.tsx";
import { Card, CardHeader } from "../ui/card.tsx";
import { Duration } from "../ui/duration.tsx";
import { EmptyState } from "../ui/empty-state.tsx";
import { RelativeTime } from "../ui/relative-time.tsx";
import { Table, TableBody, TableHead, TableRow, Td, Th } from "../ui/table.tsx";
import { BackUpNow } from "./back-up-now.tsx";
import { useService } from "./use-service.ts";

interface ServiceBackupsProps {
  initialData: ServiceView;
  mayBackUp: boolean;
}

/** What could be brought back, and how we know. */
export function ServiceBackups({ initialData, mayBackUp }: ServiceBackupsProps) {
  const service = useService(initialData);
  return (
    <Card className="overflow-hidden">
      <CardHeader
        title={
          service.restorableAsOf ? (
            <>
              Provably restorable as of <RelativeTime at={service.restorableAsOf} />
            </>
          ) : (
            "No backup has been proven restorable"
          )
        }
        note="Proven means: restored into an empty database and every row counted."
        actions={mayBackUp && service.state === "live" ? <BackUpNow serviceName={service.name} /> : null}
      />
      {service.backups.length === 0 ? (
        <EmptyState icon={Archive} title="No backups yet">
          A backup is a dump of the database, compressed where it is, stored only when its checksum agrees.
        </EmptyState>
      ) : (
        <BackupRows backups={service.backups} />
      )}
    </Card>
  );
}

function BackupRows({ backups }: { backups: ServiceView["backups"] }) {
  return (
    <Table label="Backups">
      <TableHead>
        <Th>Taken</Th>
        <Th>State</Th>
        <Th numeric>Size</Th>
        <Th numeric>Took</Th>
        <Th>Engine</Th>
      </TableHead>
      <TableBody>
        {backups.map((backup) => (
          <TableRow key={backup.id}>
            <Td wide className="whitespace-nowrap font-medium">
              <RelativeTime at={backup.startedAt} />
            </Td>
            <Td label="State">
              <BackupState state={backup.state} proven={backup.proven} />
            </Td>
            <Td label="Size" numeric>
              {backup.sizeBytes === null ? "–" : formatBytes(backup.sizeBytes)}
            </Td>
            <Td label="Took" numeric>
              <Duration from={backup.startedAt} to={backup.finishedAt} />
            </Td>
            <Td label="Engine" className="text-muted">
              {backup.engine}
            </Td>
          </TableRow>
        ))}
      </TableBody>
    </Table>
  );
}
