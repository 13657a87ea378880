"use client";

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Download, FileText } from "lucide-react";
import Link from "next/link";
import type { ReadinessView } from "#lib/readiness/types.ts";
import { api } from "../api-client.ts";
import { Button } from "../ui/button.tsx";
import { DependenciesCard } from "./dependencies-card.tsx";
import { InstalledCard } from "./installed-card.tsx";
import { PortsCard } from "./ports-card.tsx";
import { WrittenCard } from "./written-card.tsx";

interface ReadinessPageProps {
  serviceName: string;
  initialData: ReadinessView;
}

const readinessKey = (serviceName: string) => ["services", "readiness", serviceName];

/** How ready a service is to run in production. */
export function ReadinessPage({ serviceName, initialData }: ReadinessPageProps) {
  const queries = useQueryClient();
  const queryKey = readinessKey(serviceName);
  const { data } = useQuery({
    queryKey,
    queryFn: ({ signal }) => api("GET /services/{serviceName}/readiness", { params: { serviceName }, signal }),
    initialData,
    refetchInterval: ({ state }) =>
      state.data?.surveys.some(({ run }) => run?.state === "running" || run?.state === "pending") ? 2_000 : 30_000,
  });
  const onChange = (next: ReadinessView) => queries.setQueryData(queryKey, next);
  return (
    <div className="grid grid-cols-1 gap-4">
      <div className="flex flex-wrap items-center justify-end gap-2">
        <Button asChild>
          <Link href={`/services/${serviceName}/readiness/rebuild`}>
            <FileText aria-hidden className="size-4" /> How to rebuild it
          </Link>
        </Button>
        <Button asChild>
          <a href={`/api/v1/services/${serviceName}/rebuild.md`} download>
            <Download aria-hidden className="size-4" /> Download as Markdown
          </a>
        </Button>
      </div>
      <PortsCard serviceName={serviceName} data={data} />
      <DependenciesCard serviceName={serviceName} data={data} onChange={onChange} />
      <WrittenCard serviceName={serviceName} data={data} onChange={onChange} />
      <InstalledCard data={data} />
    </div>
  );
}
