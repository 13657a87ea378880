"use client";

import type { RecordPage } from "#lib/dns/types.ts";
import { daysUntil } from "#lib/platform/format.ts";
import type { ServiceView } from "#lib/services/types.ts";
import { DaysLeft } from "../domains/days-left.tsx";
import { CertificateState } from "../domains/record-state.tsx";
import { ServiceRecords } from "../domains/service-records.tsx";
import { Card, CardHeader } from "../ui/card.tsx";
import { ExactTime } from "../ui/relative-time.tsx";
import { Table, TableBody, TableHead, TableRow, Td, Th } from "../ui/table.tsx";
import { TableLink } from "../ui/table-link.tsx";
import { useNow } from "../ui/use-now.ts";
import { useService } from "./use-service.ts";

interface ServiceDomainsProps {
  initialData: ServiceView;
  records: RecordPage;
  /** Where the reader may add records; null: nowhere. */
  suffix: string | null;
}

/** A service's names and what vouches for them. */
export function ServiceDomains({ initialData, records, suffix }: ServiceDomainsProps) {
  const { certificates } = useService(initialData);
  return (
    <div className="grid grid-cols-1 gap-4">
      <ServiceRecords service={initialData.name} initialData={records} {...(suffix ? { suffix } : {})} />
      <Card className="overflow-hidden">
        <CardHeader title="Certificates" />
        {certificates.length === 0 ? (
          <p className="px-4 py-3 text-muted">It has no certificates.</p>
        ) : (
          <Certificates certificates={certificates} />
        )}
      </Card>
    </div>
  );
}

function Certificates({ certificates }: { certificates: ServiceView["certificates"] }) {
  const now = useNow();
  return (
    <Table label="Certificates">
      <TableHead>
        <Th>Names</Th>
        <Th>Days left</Th>
        <Th>Expires</Th>
        <Th>Issuer</Th>
      </TableHead>
      <TableBody>
        {certificates.map((one) => (
          <TableRow key={one.id}>
            <Td wide className="max-w-96 break-all font-medium">
              <TableLink href={`/domains/certificates/${one.id}`}>{one.names.join(", ")}</TableLink>
            </Td>
            <Td label="Days left">
              {one.notAfter && one.state === "issued" ? (
                <DaysLeft days={daysUntil(Date.parse(one.notAfter), now)} />
              ) : (
                <CertificateState state={one.state} />
              )}
            </Td>
            <Td label="Expires" className="text-muted">
              {one.notAfter ? <ExactTime at={one.notAfter} /> : "–"}
            </Td>
            <Td label="Issuer" className="text-muted">
              {one.issuer ?? "–"}
            </Td>
          </TableRow>
        ))}
      </TableBody>
    </Table>
  );
}
