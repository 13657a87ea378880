"use client";

import { useQuery } from "@tanstack/react-query";
import type { RecordPage } from "#lib/dns/types.ts";
import { api } from "../api-client.ts";
import { Card, CardHeader } from "../ui/card.tsx";
import { NewRecordButton } from "./new-record-button.tsx";
import { RecordRows } from "./record-rows.tsx";
import { isMoving } from "./record-words.ts";

interface ServiceRecordsProps {
  service: string;
  initialData: RecordPage;
  /** Where the reader may add one; absent: nowhere. */
  suffix?: string;
}

/** A service's names. */
export function ServiceRecords({ service, initialData, suffix }: ServiceRecordsProps) {
  const { data } = useQuery({
    queryKey: ["records", "service", service],
    queryFn: ({ signal }) => api("GET /records", { query: { service }, signal }),
    initialData,
    refetchInterval: ({ state }) => (state.data?.items.some((one) => isMoving(one.state)) ? 2_000 : 10_000),
  });
  return (
    <Card className="overflow-hidden">
      <CardHeader
        title="Records"
        note="What every name server of the zone should answer."
        actions={suffix ? <NewRecordButton suffix={suffix} size="sm" variant="secondary" /> : null}
      />
      {data.items.length === 0 ? (
        <p className="px-4 py-3 text-muted">It has no records.</p>
      ) : (
        <RecordRows records={data.items} />
      )}
    </Card>
  );
}
