"use client";

import { Repeat } from "lucide-react";
import Link from "next/link";
import { useRef } from "react";
import type { RecordView } from "#lib/dns/types.ts";
import { useRowKeys } from "../lists/use-row-keys.ts";
import { cn } from "../ui/cn.ts";
import { CopyButton } from "../ui/copy-button.tsx";
import { Table, TableBody, TableHead, TableRow, Td, Th } from "../ui/table.tsx";
import { TableLink } from "../ui/table-link.tsx";
import { useHydrated, useNow } from "../ui/use-now.ts";
import { RecordState, RecordValues } from "./record-state.tsx";
import { describeEnd } from "./record-words.ts";
import { formatTtl } from "./ttl.ts";

interface RecordRowsProps {
  records: RecordView[];
  label?: string;
  /** Whose they are; left out where the page says it. */
  withOwner?: boolean;
}

export function RecordRows({ records, label = "Records", withOwner }: RecordRowsProps) {
  const body = useRef<HTMLTableSectionElement>(null);
  useRowKeys(body);
  return (
    <Table label={label}>
      <TableHead>
        <Th>Name</Th>
        <Th>Type</Th>
        <Th>Answers</Th>
        <Th numeric>TTL</Th>
        <Th>State</Th>
        {withOwner ? <Th>Whose</Th> : null}
      </TableHead>
      <TableBody ref={body}>
        {records.map((record) => (
          <TableRow key={record.id}>
            <Td wide className="max-w-96">
              <span className="flex min-w-0 items-center gap-1">
                <TableLink href={`/domains/records/${record.id}`} className="truncate" title={record.name}>
                  {record.name}
                </TableLink>
                <CopyButton text={record.name} label={`Copy ${record.name}`} />
              </span>
              {record.description ? <p className="truncate text-muted text-xs">{record.description}</p> : null}
            </Td>
            <Td label="Type">
              <code>{record.type}</code>
            </Td>
            <Td label="Answers" className="max-w-72">
              <RecordValues values={record.values} most={2} />
            </Td>
            <Td label="TTL" numeric className="whitespace-nowrap text-muted">
              {formatTtl(record.ttl)}
            </Td>
            <Td label="State" className="max-w-72">
              <RecordState state={record.state} />
              {record.error ? (
                <p className="line-clamp-2 break-words text-failed text-xs" title={record.error}>
                  {record.error}
                </p>
              ) : null}
              {record.expiresAt && !record.state.startsWith("remov") ? <End at={record.expiresAt} /> : null}
            </Td>
            {withOwner ? (
              <Td label="Whose" className="max-w-48 truncate">
                <Whose record={record} />
              </Td>
            ) : null}
          </TableRow>
        ))}
      </TableBody>
    </Table>
  );
}

/** The service it belongs to, else the person. */
export function Whose({ record: { service, owner } }: { record: Pick<RecordView, "service" | "owner"> }) {
  if (service)
    return (
      <Link href={`/services/${service.name}/domains`} className="relative underline-offset-4 hover:underline">
        {service.name}
      </Link>
    );
  return owner ? owner.name : <span className="text-muted">administrators</span>;
}

/** Only once it is near: until then it is a fact for the record's own page. */
function End({ at }: { at: string }) {
  const now = useNow();
  const hydrated = useHydrated();
  const { tone, text } = describeEnd(at, now);
  if (!hydrated || tone === "quiet") return null;
  return (
    <p className={cn("flex items-center gap-1 text-xs", tone === "near" ? "text-failed" : "text-person")}>
      <Repeat aria-hidden className="size-3" /> {text}
    </p>
  );
}
