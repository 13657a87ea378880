"use client";

import { SearchX, ShieldCheck } from "lucide-react";
import Link from "next/link";
import { useDeferredValue } from "react";
import type { CertificateView } from "#lib/certificates/types.ts";
import { type Column, DataTable } from "../lists/data-table.tsx";
import { SearchField, useSearch } from "../lists/search-field.tsx";
import { Toolbar } from "../lists/toolbar.tsx";
import { Card } from "../ui/card.tsx";
import { EmptyState } from "../ui/empty-state.tsx";
import { MonoId } from "../ui/mono-id.tsx";
import { ExactTime } from "../ui/relative-time.tsx";
import { DaysLeft } from "./days-left.tsx";
import { CertificateState } from "./record-state.tsx";

const DAY_MS = 86_400_000;

function lifeInDays({ notBefore, notAfter }: CertificateView): number {
  if (!notBefore || !notAfter) return 90;
  return (Date.parse(notAfter) - Date.parse(notBefore)) / DAY_MS;
}

const COLUMNS: readonly Column<CertificateView>[] = [
  {
    id: "names",
    header: "Names",
    value: (one) => one.names[0] ?? null,
    wide: true,
    className: "max-w-96",
    cell: (one) => (
      <ul className="font-medium">
        {one.names.map((name) => (
          <li key={name} className="truncate" title={name}>
            {name}
          </li>
        ))}
      </ul>
    ),
  },
  {
    id: "days",
    header: "Days left",
    value: (one) => one.daysLeft,
    cell: (one) =>
      one.state === "issued" && one.daysLeft !== null ? (
        <DaysLeft days={one.daysLeft} life={lifeInDays(one)} />
      ) : (
        <>
          <CertificateState state={one.state} />
          {one.error ? <p className="max-w-72 break-words text-failed text-xs">{one.error}</p> : null}
        </>
      ),
  },
  {
    id: "expires",
    header: "Expires",
    value: (one) => one.notAfter,
    className: "text-muted sm:whitespace-nowrap",
    cell: (one) => (one.notAfter ? <ExactTime at={one.notAfter} /> : "–"),
  },
  {
    id: "issuer",
    header: "Issuer",
    value: (one) => one.issuer,
    className: "max-w-56 truncate text-muted",
    cell: (one) => (one.issuer ? <span title={one.issuer}>{one.issuer}</span> : "–"),
  },
  {
    id: "serial",
    header: "Serial",
    cell: (one) => (one.serial ? <MonoId value={one.serial} head={8} what="serial" /> : "–"),
  },
  {
    id: "service",
    header: "Service",
    value: (one) => one.service?.name ?? null,
    className: "max-w-48 truncate",
    cell: (one) =>
      one.service ? (
        <Link href={`/services/${one.service.name}`} className="underline-offset-4 hover:underline">
          {one.service.name}
        </Link>
      ) : (
        <span className="text-muted">–</span>
      ),
  },
];

/** Certificates, those that expire first in front. */
export function CertificatesTable({ certificates }: { certificates: CertificateView[] }) {
  const [search] = useSearch();
  const text = useDeferredValue(search).trim().toLowerCase();
  if (certificates.length === 0)
    return (
      <Card>
        <EmptyState icon={ShieldCheck} title="No certificates yet">
          The panel orders a certificate for a service’s host names and shows here how many days it has left.
        </EmptyState>
      </Card>
    );
  const shown = certificates.filter((one) =>
    [...one.names, one.service?.name ?? "", one.serial ?? ""].some((each) => each.toLowerCase().includes(text)),
  );
  return (
    <>
      <Toolbar shown={shown.length} total={certificates.length} noun={["certificate", "certificates"]}>
        <SearchField label="Find a certificate" />
      </Toolbar>
      <Card className="overflow-hidden">
        {shown.length > 0 ? (
          <DataTable label="Certificates" columns={COLUMNS} rows={shown} rowId={(one) => one.id} defaultSort="days" />
        ) : (
          <EmptyState icon={SearchX} title="No certificate matches" />
        )}
      </Card>
    </>
  );
}
