"use client";

import type { RecordDetail } from "#lib/dns/types.ts";
import { Card, CardBody, CardHeader } from "../ui/card.tsx";
import { CopyButton } from "../ui/copy-button.tsx";
import { useAnswers } from "./use-answers.ts";

/** `host:port` as dig wants it; a bare name or address as it is. */
function digServer(server: string): string {
  const [, host, port] = /^([^:]+|\[.+\]):(\d+)$/.exec(server) ?? [];
  return host && port ? `@${host.replace(/[[\]]/g, "")} -p ${port}` : `@${server}`;
}

/** How to see the answer without the panel. */
export function TryItCard({ record }: { record: RecordDetail }) {
  const nameServer = useAnswers(record).data?.authoritative[0]?.server;
  const asked = record.name.startsWith("*.") ? `any${record.name.slice(1)}` : record.name;
  const commands = [
    ...(nameServer
      ? [{ what: "Ask a name server of the zone", text: `dig +short ${digServer(nameServer)} ${asked} ${record.type}` }]
      : []),
    { what: "Ask as everybody does", text: `dig +short ${asked} ${record.type}` },
  ];
  return (
    <Card>
      <CardHeader title="Look for yourself" />
      <CardBody className="grid gap-3">
        {commands.map(({ what, text }) => (
          <div key={what}>
            <p className="text-muted text-sm">{what}</p>
            <p className="flex items-start gap-1 rounded-md bg-sunken px-2 py-1">
              <code className="min-w-0 flex-1 break-all">{text}</code>
              <CopyButton text={text} label="Copy the command" />
            </p>
          </div>
        ))}
      </CardBody>
    </Card>
  );
}
