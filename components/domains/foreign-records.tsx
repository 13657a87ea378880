"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { useDeferredValue } from "react";
import type { ForeignPage, ForeignView, ZoneView } from "#lib/dns/types.ts";
import { api } from "../api-client.ts";
import { SearchField, useSearch } from "../lists/search-field.tsx";
import { usePages } from "../lists/use-pages.ts";
import { Button } from "../ui/button.tsx";
import { Card, CardHeader } from "../ui/card.tsx";
import { ConfirmDialog } from "../ui/confirm-dialog.tsx";
import { ErrorPanel } from "../ui/error-panel.tsx";
import { RelativeTime } from "../ui/relative-time.tsx";
import { Table, TableBody, TableHead, TableRow, Td, Th } from "../ui/table.tsx";
import { RecordValues } from "./record-state.tsx";
import { formatTtl } from "./ttl.ts";

interface ForeignRecordsProps {
  zone: ZoneView;
  initialData: ForeignPage;
}

/** Record sets in the zone that are not the panel's: to be read, and adopted by an administrator. */
export function ForeignRecords({ zone, initialData }: ForeignRecordsProps) {
  const zoneId = zone.id;
  const [search] = useSearch();
  const q = useDeferredValue(search);
  const list = usePages<ForeignPage>({
    queryKey: ["zones", "foreign", zoneId, q],
    load: (after, signal) =>
      api("GET /zones/{zoneId}/foreign", {
        params: { zoneId },
        query: { q: q || undefined, after: after ?? undefined },
        signal,
      }),
    initialData: q === "" ? initialData : undefined,
    refetchMs: 15_000,
  });
  const rows = list.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <Card className="overflow-hidden">
      <CardHeader
        title="Not the panel’s"
        note="Made by somebody else in Route 53. Shown as the last full pass saw them; the panel never touches them."
        actions={zone.counts.foreign > 10 || q ? <SearchField label="Find among them" /> : null}
      />
      {list.error ? <ErrorPanel className="m-4" message={list.error.message} /> : null}
      {rows.length === 0 ? (
        <p className="px-4 py-3 text-muted">{q ? "None matches." : "Everything in this zone is the panel’s."}</p>
      ) : (
        <Table label="Records of others">
          <TableHead>
            <Th>Name</Th>
            <Th>Type</Th>
            <Th>Answers</Th>
            <Th numeric>TTL</Th>
            <Th>Seen</Th>
            {zone.may.adopt ? <Th aria-label="Acts" /> : null}
          </TableHead>
          <TableBody>
            {rows.map((row) => (
              <ForeignRow key={row.id} row={row} mayAdopt={zone.may.adopt} />
            ))}
          </TableBody>
        </Table>
      )}
      {list.hasNextPage ? (
        <div className="flex justify-center border-line border-t p-3">
          <Button size="sm" onClick={() => list.fetchNextPage()} pending={list.isFetchingNextPage}>
            Show more
          </Button>
        </div>
      ) : null}
    </Card>
  );
}

function ForeignRow({ row, mayAdopt }: { row: ForeignView; mayAdopt: boolean }) {
  return (
    <TableRow>
      <Td wide className="max-w-96">
        <span className="break-all font-medium">{row.name}</span>
        {row.setIdentifier ? <p className="text-muted text-xs">one of several: {row.setIdentifier}</p> : null}
      </Td>
      <Td label="Type">
        <code>{row.type}</code>
      </Td>
      <Td label="Answers" className="max-w-80">
        {row.alias ? (
          <span className="break-all">
            <span className="text-muted">alias of </span>
            <code>{row.alias}</code>
          </span>
        ) : (
          <RecordValues values={row.values} most={3} />
        )}
      </Td>
      <Td label="TTL" numeric className="whitespace-nowrap text-muted">
        {row.ttl === null ? "–" : formatTtl(row.ttl)}
      </Td>
      <Td label="Seen" className="whitespace-nowrap text-muted">
        <RelativeTime at={row.seenAt} />
      </Td>
      {mayAdopt ? <Td className="sm:text-right">{row.adoptable ? <AdoptButton row={row} /> : null}</Td> : null}
    </TableRow>
  );
}

function AdoptButton({ row }: { row: ForeignView }) {
  const client = useQueryClient();
  const router = useRouter();
  const adopt = useMutation({
    mutationFn: () => api("POST /foreign-records/{foreignId}/adopt", { params: { foreignId: row.id }, body: {} }),
    onSuccess: ({ id }) => {
      void client.invalidateQueries({ queryKey: ["zones"] });
      router.push(`/domains/records/${id}`);
    },
  });
  return (
    <ConfirmDialog
      danger={false}
      trigger={<Button size="sm">Adopt</Button>}
      title="Adopt this record?"
      action="Adopt it"
      onConfirm={() => adopt.mutateAsync()}
    >
      The panel takes <strong className="break-all font-medium">{row.name}</strong> <code>{row.type}</code> over as it
      stands. Nothing changes outside; from then on the panel keeps it, and whoever made it should change it here.
    </ConfirmDialog>
  );
}
