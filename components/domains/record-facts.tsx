"use client";

import Link from "next/link";
import type { RecordDetail } from "#lib/dns/types.ts";
import { Card, CardBody, CardHeader, Fact, Facts } from "../ui/card.tsx";
import { CopyButton } from "../ui/copy-button.tsx";
import { ExactTime, RelativeTime } from "../ui/relative-time.tsx";
import { RecordEnd } from "./record-end.tsx";
import { Whose } from "./record-rows.tsx";
import { formatTtl } from "./ttl.ts";

/** What was asked for. */
export function RecordFacts({ record }: { record: RecordDetail }) {
  return (
    <Card>
      <CardHeader title="What it should answer" />
      <CardBody>
        <Facts>
          <Fact name={record.values.length === 1 ? "Value" : "Values"}>
            <ul className="grid gap-1">
              {record.values.map((value) => (
                <li key={value} className="flex items-start gap-1">
                  <code className="min-w-0 whitespace-pre-wrap break-all">{value}</code>
                  <CopyButton text={value} label="Copy the value" />
                </li>
              ))}
            </ul>
          </Fact>
          <Fact name="TTL">
            {formatTtl(record.ttl)} <span className="text-muted tabular-nums">({record.ttl} s)</span>
          </Fact>
          <Fact name="Zone">
            <Link href={`/domains/zones/${record.zone.id}`} className="underline-offset-4 hover:underline">
              {record.zone.name}
            </Link>
          </Fact>
          <Fact name={record.service ? "Service" : "Owner"}>
            <Whose record={record} />
          </Fact>
          <Fact name="Ends">
            <RecordEnd record={record} />
          </Fact>
          <Fact name="Created">
            <ExactTime at={record.createdAt} />
          </Fact>
          <Fact name="In sync">
            {record.syncedAt ? (
              <>
                seen <RelativeTime at={record.syncedAt} />
              </>
            ) : (
              "not yet"
            )}
          </Fact>
        </Facts>
      </CardBody>
    </Card>
  );
}
