"use client";

import Link from "next/link";
import { useRef } from "react";
import type { CertificateSummary } from "#lib/certificates/types.ts";
import { useRowKeys } from "../lists/use-row-keys.ts";
import { Table, TableBody, TableHead, TableRow, Td, Th } from "../ui/table.tsx";
import { TableLink } from "../ui/table-link.tsx";
import { CertificateState } from "./certificate-state.tsx";
import { LifeBar } from "./life-bar.tsx";
import { NextRenewal } from "./next-renewal.tsx";

/** Names below the first that a row has room for. */
const NAMES_SHOWN = 2;

export function CertificateRows({ certificates }: { certificates: CertificateSummary[] }) {
  const body = useRef<HTMLTableSectionElement>(null);
  useRowKeys(body);
  return (
    <Table label="Certificates">
      <TableHead>
        <Th>Names</Th>
        <Th>State</Th>
        <Th>Serves for</Th>
        <Th>Next renewal</Th>
        <Th>Belongs to</Th>
      </TableHead>
      <TableBody ref={body}>
        {certificates.map((certificate) => (
          <CertificateRow key={certificate.id} certificate={certificate} />
        ))}
      </TableBody>
    </Table>
  );
}

function CertificateRow({ certificate }: { certificate: CertificateSummary }) {
  const { id, names, service, owner, notBefore, notAfter, state } = certificate;
  const [first, ...others] = names;
  const more = others.length - NAMES_SHOWN;
  return (
    <TableRow>
      <Td wide className="max-w-96">
        <TableLink href={`/domains/certificates/${id}`} className="block truncate" title={first}>
          {first}
        </TableLink>
        {others.slice(0, NAMES_SHOWN).map((name) => (
          <span key={name} className="block truncate text-muted text-xs" title={name}>
            {name}
          </span>
        ))}
        {more > 0 ? (
          <span className="block text-muted text-xs" title={others.slice(NAMES_SHOWN).join("\n")}>
            and {more} more
          </span>
        ) : null}
      </Td>
      <Td label="State">
        <CertificateState certificate={certificate} withNote />
      </Td>
      <Td label="Serves for">
        {notAfter && state === "issued" ? (
          <LifeBar notBefore={notBefore} notAfter={notAfter} />
        ) : (
          <span className="text-muted">–</span>
        )}
      </Td>
      <Td label="Next renewal" className="whitespace-nowrap">
        <NextRenewal certificate={certificate} />
      </Td>
      <Td label="Belongs to" className="max-w-48">
        {service ? (
          <Link
            href={`/services/${service.name}`}
            className="relative block truncate underline-offset-4 hover:underline"
            title={service.name}
          >
            {service.name}
          </Link>
        ) : null}
        <span className="block truncate text-muted text-xs" title={owner?.name}>
          {owner?.name ?? (service ? null : "administrators")}
        </span>
      </Td>
    </TableRow>
  );
}
