"use client";

import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { api } from "../api-client.ts";
import { Card, CardHeader } from "../ui/card.tsx";
import { MonoId } from "../ui/mono-id.tsx";
import { RelativeTime } from "../ui/relative-time.tsx";

/** A service's files in the configuration repository; nothing where there is none. */
export function RepositoryCard({ serviceName }: { serviceName: string }) {
  const { data } = useQuery({
    queryKey: ["services", "repository", serviceName],
    queryFn: ({ signal }) => api("GET /services/{serviceName}/repository", { params: { serviceName }, signal }),
    refetchInterval: 30_000,
  });
  if (!data || (data.files.length === 0 && data.retired.length === 0)) return null;
  return (
    <Card className="min-w-0">
      <CardHeader
        title="Configuration repository"
        note={`Written to ${data.staging}, built, and only then on ${data.main}.`}
      />
      <ul className="grid divide-y divide-line">
        {data.files.map(({ path, commit, writtenAt, runId }) => (
          <li key={path} className="grid gap-0.5 px-4 py-2.5 text-sm">
            <span className="break-all font-mono">{path}</span>
            <span className="flex flex-wrap items-center gap-x-2 text-muted">
              {commit ? <MonoId value={commit} /> : null}
              <span>
                <Link className="underline" href={`/runs/${runId}`}>
                  run {runId}
                </Link>
                , <RelativeTime at={writtenAt} />
              </span>
            </span>
          </li>
        ))}
        {data.retired.map(({ path, at }) => (
          <li key={path} className="grid gap-0.5 px-4 py-2.5 text-muted text-sm">
            <span className="break-all font-mono">{path}</span>
            <span>
              Retired <RelativeTime at={at} />
            </span>
          </li>
        ))}
      </ul>
    </Card>
  );
}
