"use client";

import { RefreshCw } from "lucide-react";
import type { RecordAnswers, RecordDetail } from "#lib/dns/types.ts";
import { Button } from "../ui/button.tsx";
import { Card, CardHeader } from "../ui/card.tsx";
import { ErrorPanel } from "../ui/error-panel.tsx";
import { RelativeTime } from "../ui/relative-time.tsx";
import { SkeletonRows } from "../ui/skeleton.tsx";
import { StateBadge } from "../ui/state-badge.tsx";
import { Table, TableBody, TableHead, TableRow, Td, Th } from "../ui/table.tsx";
import { judgeAnswer } from "./judge-answer.ts";
import { RecordValues } from "./record-state.tsx";
import { formatTtl } from "./ttl.ts";
import { useAnswers } from "./use-answers.ts";

/** What is answered right now: by the zone's own name servers, and by resolvers that may still keep an older answer. */
export function AnswersCard({ record }: { record: RecordDetail }) {
  const answers = useAnswers(record);
  const { data } = answers;
  return (
    <Card className="overflow-hidden">
      <CardHeader
        title="What is answered now"
        note={
          data ? (
            <>
              Asked <RelativeTime at={data.askedAt} />
            </>
          ) : (
            "Asking the name servers"
          )
        }
        actions={
          <Button size="sm" onClick={() => answers.refetch()} pending={answers.isFetching}>
            {answers.isFetching ? null : <RefreshCw aria-hidden />} Ask again
          </Button>
        }
      />
      {answers.error ? <ErrorPanel className="m-4" message={answers.error.message} /> : null}
      {data ? (
        <>
          <Group title="Name servers of the zone" rows={data.authoritative} wanted={data.wanted} />
          {data.resolvers.length > 0 ? (
            <Group title="Public resolvers" rows={data.resolvers} wanted={data.wanted} isCache />
          ) : null}
        </>
      ) : answers.isLoading ? (
        <SkeletonRows rows={3} label="Asking the name servers" />
      ) : null}
    </Card>
  );
}

type Row = RecordAnswers["authoritative"][number];

interface GroupProps {
  title: string;
  rows: Row[];
  wanted: RecordAnswers["wanted"];
  /** They may keep an answer for as long as its TTL said. */
  isCache?: boolean;
}

function Group({ title, rows, wanted, isCache = false }: GroupProps) {
  return (
    <div className="border-line border-t first-of-type:border-t-0">
      <h3 className="px-4 pt-2.5 text-muted text-sm">{title}</h3>
      <Table label={title}>
        <TableHead>
          <Th className="w-1/3">Server</Th>
          <Th>Answer</Th>
          <Th numeric className="w-24">
            {isCache ? "Kept for" : "TTL"}
          </Th>
          <Th className="w-40">Is it right?</Th>
        </TableHead>
        <TableBody>
          {rows.map((row) => {
            const judged = judgeAnswer(row, wanted, isCache);
            return (
              <TableRow key={row.server}>
                <Td label="Server" className="max-w-56">
                  <span className="break-all">{row.server}</span>
                </Td>
                <Td label="Answer" className="max-w-72">
                  {row.problem ? (
                    <span className="text-muted">{row.problem}</span>
                  ) : row.values && row.values.length > 0 ? (
                    <RecordValues values={row.values} most={3} />
                  ) : (
                    <span className="text-muted">nothing</span>
                  )}
                </Td>
                <Td label={isCache ? "Kept for" : "TTL"} numeric className="whitespace-nowrap text-muted">
                  {row.ttl === null ? "–" : formatTtl(row.ttl)}
                </Td>
                <Td label="Is it right?">
                  <StateBadge plain alert={judged.state === "person"} state={judged.state} word={judged.word} />
                </Td>
              </TableRow>
            );
          })}
        </TableBody>
      </Table>
    </div>
  );
}
