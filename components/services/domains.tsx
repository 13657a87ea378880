"use client";

import { daysUntil } from "#lib/platform/format.ts";
import type { ServiceView } from "#lib/services/types.ts";
import { DaysLeft } from "../domains/days-left.tsx";
import { CertificateState, RecordState, RecordValues } from "../domains/record-state.tsx";
import { Card, CardHeader } from "../ui/card.tsx";
import { CopyButton } from "../ui/copy-button.tsx";
import { ExactTime, RelativeTime } from "../ui/relative-time.tsx";
import { Table, TableBody, TableHead, TableRow, Td, Th } from "../ui/table.tsx";
import { useNow } from "../ui/use-now.ts";
import { useService } from "./use-service.ts";

/** A service's names and what vouches for them. */
export function ServiceDomains({ initialData }: { initialData: ServiceView }) {
  const { records, certificates } = useService(initialData);
  return (
    <div className="grid grid-cols-1 gap-4">
      <Card className="overflow-hidden">
        <CardHeader title="Records" note="What every name server of the zone should answer." />
        {records.length === 0 ? (
          <p className="px-4 py-3 text-muted">It has no records.</p>
        ) : (
          <Records records={records} />
        )}
      </Card>
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

function Records({ records }: { records: ServiceView["records"] }) {
  return (
    <Table label="Records">
      <TableHead>
        <Th>Name</Th>
        <Th>Type</Th>
        <Th>Answers</Th>
        <Th numeric>TTL</Th>
        <Th>State</Th>
        <Th>In sync since</Th>
      </TableHead>
      <TableBody>
        {records.map((record) => (
          <TableRow key={`${record.name} ${record.type}`}>
            <Td wide className="max-w-96">
              <span className="flex min-w-0 items-center gap-1">
                <span className="break-all font-medium">{record.name}</span>
                <CopyButton text={record.name} label={`Copy ${record.name}`} />
              </span>
            </Td>
            <Td label="Type">
              <code>{record.type}</code>
            </Td>
            <Td label="Answers">
              <RecordValues values={record.values} />
            </Td>
            <Td label="TTL" numeric>
              {record.ttl} s
            </Td>
            <Td label="State">
              <RecordState state={record.state} />
            </Td>
            <Td label="In sync since" className="whitespace-nowrap text-muted">
              {record.syncedAt ? <RelativeTime at={record.syncedAt} /> : "–"}
            </Td>
          </TableRow>
        ))}
      </TableBody>
    </Table>
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
              {one.names.join(", ")}
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
