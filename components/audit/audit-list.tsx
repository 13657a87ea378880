"use client";

import { ScrollText } from "lucide-react";
import Link from "next/link";
import type { AuditPage } from "#lib/history/schema.ts";
import { api } from "../api-client.ts";
import { FilterTabs, useFilter } from "../lists/filter-tabs.tsx";
import { PagedCard } from "../lists/paged-card.tsx";
import { usePages } from "../lists/use-pages.ts";
import { EmptyState } from "../ui/empty-state.tsx";
import { RelativeTime } from "../ui/relative-time.tsx";
import { Table, TableBody, TableHead, TableRow, Td, Th } from "../ui/table.tsx";
import { describeDetail, pageOf } from "./words.ts";

const SUBJECTS = [
  { value: "", label: "All" },
  { value: "run", label: "Runs" },
  { value: "service", label: "Services" },
  { value: "record", label: "Records" },
  { value: "certificate", label: "Certificates" },
  { value: "user", label: "People" },
  { value: "route", label: "Refusals" },
] as const;

interface AuditListProps {
  initialData: AuditPage;
  initialSubject: string;
}

/** Who did what, newest first. */
export function AuditList({ initialData, initialSubject }: AuditListProps) {
  const [subject] = useFilter("subject");
  const list = usePages<AuditPage>({
    queryKey: ["audit", subject],
    load: (before, signal) =>
      api("GET /audit", { query: { subjectType: subject || undefined, before: before ?? undefined }, signal }),
    initialData: subject === initialSubject ? initialData : undefined,
  });
  const events = list.data?.pages.flatMap((page) => page.events) ?? [];
  return (
    <>
      <div className="flex pb-3">
        <FilterTabs param="subject" label="What it was about" options={SUBJECTS} />
      </div>
      <PagedCard list={list} more="Show earlier events">
        {events.length > 0 ? (
          <Table label="Audit record">
            <TableHead>
              <Th>When</Th>
              <Th>Who</Th>
              <Th>What</Th>
              <Th>About</Th>
              <Th>Detail</Th>
              <Th numeric>Seal</Th>
            </TableHead>
            <TableBody>
              {events.map((event) => {
                const href = pageOf(event);
                const about = `${event.subjectType} ${event.subjectId}`;
                return (
                  <TableRow key={event.id}>
                    <Td label="When" className="whitespace-nowrap text-muted">
                      <RelativeTime at={event.at} />
                    </Td>
                    <Td label="Who" className="max-w-56 truncate">
                      {event.actor.name}
                    </Td>
                    <Td label="What">
                      <code>{event.action}</code>
                    </Td>
                    <Td label="About" className="max-w-64 truncate" title={about}>
                      {href ? (
                        <Link href={href} className="underline-offset-4 hover:underline">
                          {about}
                        </Link>
                      ) : (
                        about
                      )}
                    </Td>
                    <Td label="Detail" className="max-w-96 truncate text-muted" title={describeDetail(event.detail)}>
                      {describeDetail(event.detail)}
                    </Td>
                    <Td label="Seal" numeric className="text-muted">
                      {event.seq ?? "…"}
                    </Td>
                  </TableRow>
                );
              })}
            </TableBody>
          </Table>
        ) : (
          <EmptyState icon={ScrollText} title="Nothing here yet" />
        )}
      </PagedCard>
    </>
  );
}
