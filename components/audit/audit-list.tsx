"use client";

import { useInfiniteQuery } from "@tanstack/react-query";
import { ScrollText } from "lucide-react";
import Link from "next/link";
import type { AuditPage } from "#lib/history/schema.ts";
import { api } from "../api-client.ts";
import { FilterTabs, useFilter } from "../lists/filter-tabs.tsx";
import { Button } from "../ui/button.tsx";
import { Card } from "../ui/card.tsx";
import { EmptyState } from "../ui/empty-state.tsx";
import { ErrorPanel } from "../ui/error-panel.tsx";
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
  const list = useInfiniteQuery({
    queryKey: ["audit", subject],
    queryFn: ({ pageParam, signal }): Promise<AuditPage> =>
      api("GET /audit", { query: { subjectType: subject || undefined, before: pageParam ?? undefined }, signal }),
    initialPageParam: null as string | null,
    getNextPageParam: (page: AuditPage) => page.next,
    ...(subject === initialSubject ? { initialData: { pages: [initialData], pageParams: [null] } } : {}),
  });
  const events = list.data?.pages.flatMap((page) => page.events) ?? [];
  return (
    <>
      <div className="flex pb-3">
        <FilterTabs param="subject" label="What it was about" options={SUBJECTS} />
      </div>
      {list.error ? <ErrorPanel className="mb-3" message={list.error.message} /> : null}
      <Card className="overflow-hidden">
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
      </Card>
      {list.hasNextPage ? (
        <div className="flex justify-center pt-3">
          <Button onClick={() => list.fetchNextPage()} pending={list.isFetchingNextPage}>
            Show earlier events
          </Button>
        </div>
      ) : null}
    </>
  );
}
