"use client";

import { useQuery } from "@tanstack/react-query";
import { DatabaseZap } from "lucide-react";
import Link from "next/link";
import type { DataChangePage } from "#lib/data-changes/types.ts";
import type { AccountList } from "#lib/databases/types.ts";
import { api } from "../api-client.ts";
import { DataChangeRows } from "../data-changes/data-change-rows.tsx";
import { NewDataChangeButton } from "../data-changes/new-data-change-button.tsx";
import { AccountsCard } from "../databases/accounts-card.tsx";
import { Card, CardHeader } from "../ui/card.tsx";
import { EmptyState } from "../ui/empty-state.tsx";

interface ServiceDataProps {
  serviceName: string;
  accounts: AccountList;
  changes: DataChangePage;
}

/** Who may read a service's data from outside, and how it was corrected. */
export function ServiceData({ serviceName, accounts, changes }: ServiceDataProps) {
  const { data } = useQuery({
    queryKey: ["data-changes", "list", { service: serviceName }],
    queryFn: ({ signal }) => api("GET /data-changes", { query: { service: serviceName, limit: 20 }, signal }),
    initialData: changes,
    refetchInterval: 10_000,
  });
  return (
    <div className="grid grid-cols-1 gap-4">
      <AccountsCard serviceName={serviceName} initialData={accounts} />
      <Card aria-label="Data changes" className="overflow-hidden">
        <CardHeader
          title="Data changes"
          note="Corrections of its data, approved by somebody else."
          actions={accounts.databases.length > 0 ? <NewDataChangeButton service={serviceName} small /> : null}
        />
        {data.rows.length > 0 ? (
          <DataChangeRows rows={data.rows} />
        ) : (
          <EmptyState icon={DatabaseZap} title="Its data was never corrected by hand">
            What went wrong is written down, approved by somebody else, and carried out once, after a proven backup.
          </EmptyState>
        )}
        {data.next ? (
          <p className="border-line border-t px-4 py-2">
            <Link
              href={`/data-changes?q=${encodeURIComponent(serviceName)}`}
              className="text-accent underline-offset-4 hover:underline"
            >
              All of them
            </Link>
          </p>
        ) : null}
      </Card>
    </div>
  );
}
