"use client";

import type { CertificateView } from "#lib/certificates/types.ts";
import { Card, CardHeader } from "../ui/card.tsx";
import { RelativeTime } from "../ui/relative-time.tsx";
import { StateBadge } from "../ui/state-badge.tsx";
import { Table, TableBody, TableHead, TableRow, Td, Th } from "../ui/table.tsx";
import { lookOfServed } from "./order-words.ts";

/** What each name really answers with, asked from outside. */
export function ServedCard({ certificate }: { certificate: CertificateView }) {
  const { served } = certificate;
  if (served.length === 0) return null;
  return (
    <Card id="served" className="scroll-mt-4 overflow-hidden">
      <CardHeader title="What is served" note="The panel opens a TLS connection to each name and looks." />
      <Table label="What is served">
        <TableHead>
          <Th>Name</Th>
          <Th>Serves</Th>
          <Th>Until</Th>
          <Th>Looked</Th>
        </TableHead>
        <TableBody>
          {served.map((one) => (
            <TableRow key={one.hostname}>
              <Td wide className="max-w-80">
                <span className="block break-all font-medium">{one.hostname}</span>
                <code className="text-muted text-xs">{one.address}</code>
              </Td>
              <Td label="Serves">
                <StateBadge plain {...lookOfServed(one.state)} />
                {one.problem ? <p className="max-w-96 break-words text-muted text-xs">{one.problem}</p> : null}
                {one.state !== "right" && one.issuer ? (
                  <p className="max-w-96 break-words text-muted text-xs">by {one.issuer}</p>
                ) : null}
                <p className="text-muted text-xs">
                  since <RelativeTime at={one.since} />
                </p>
              </Td>
              <Td label="Until" className="whitespace-nowrap">
                {one.notAfter ? <RelativeTime at={one.notAfter} /> : "–"}
              </Td>
              <Td label="Looked" className="whitespace-nowrap text-muted">
                <RelativeTime at={one.checkedAt} />
              </Td>
            </TableRow>
          ))}
        </TableBody>
      </Table>
    </Card>
  );
}
