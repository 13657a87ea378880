"use client";

import { useQuery } from "@tanstack/react-query";
import { Archive, CalendarClock, Pencil, Plus } from "lucide-react";
import Link from "next/link";
import type { BackupBoard, BackupBoardRow, BackupListPage, RestoreView } from "#lib/backups/types.ts";
import { api } from "../api-client.ts";
import { ExecutionRows } from "../backups/execution-rows.tsx";
import { PolicyBody, PolicyClaim } from "../backups/policy-claim.tsx";
import { RestoreList } from "../backups/restore-list.tsx";
import { RunNowButton } from "../backups/run-now-button.tsx";
import { newPolicyHref } from "../backups/words.ts";
import { PagedCard } from "../lists/paged-card.tsx";
import { usePages } from "../lists/use-pages.ts";
import { Button } from "../ui/button.tsx";
import { Callout } from "../ui/callout.tsx";
import { Card, CardHeader } from "../ui/card.tsx";
import { EmptyState } from "../ui/empty-state.tsx";

interface ServiceBackupsProps {
  serviceName: string;
  board: BackupBoard;
  points: BackupListPage;
  /** What restores have put beside its data. */
  restores: RestoreView[];
  mayBackUp: boolean;
  /** May change what is backed up, and when. */
  mayEdit: boolean;
}

const isBusy = (rows: readonly { state?: string; lastBackup?: BackupBoardRow["lastBackup"] }[]) =>
  rows.some((row) => row.state === "running" || row.lastBackup?.state === "running");
const paceOf = (busy: boolean) => (busy ? 3_000 : 15_000);

/** What of a service could be brought back and how we know, by policy; then every backup of it. */
export function ServiceBackups({ serviceName, board, points, restores, mayBackUp, mayEdit }: ServiceBackupsProps) {
  const { data } = useQuery({
    queryKey: ["backups", "board", { service: serviceName }],
    queryFn: ({ signal }) => api("GET /backups/board", { query: { service: serviceName }, signal }),
    initialData: board,
    refetchInterval: ({ state }) => paceOf(isBusy(state.data?.rows ?? [])),
  });
  const list = usePages<BackupListPage>({
    queryKey: ["backups", "list", { service: serviceName }],
    load: (cursor, signal) =>
      api("GET /backups", { query: { service: serviceName, limit: 20, cursor: cursor ?? undefined }, signal }),
    initialData: points,
    refetchMs: ([newest]) => paceOf(isBusy(newest?.rows ?? [])),
  });
  const standing = useQuery({
    queryKey: ["backups", "restores", { service: serviceName }],
    queryFn: ({ signal }) => api("GET /restores", { query: { service: serviceName }, signal }),
    initialData: { restores },
    refetchInterval: 15_000,
  });
  const rows = list.data?.pages.flatMap((page) => page.rows) ?? [];
  const policies = data.rows.filter((row) => row.policyId !== null);
  const unscheduled = data.rows.filter((row) => row.policyId === null);
  const newHref = `/backups/policies/new?service=${encodeURIComponent(serviceName)}`;
  return (
    <div className="grid grid-cols-1 gap-4">
      {policies.length === 0 ? (
        <Card>
          <EmptyState
            icon={CalendarClock}
            title="No schedule"
            action={
              mayEdit ? (
                <Button asChild variant="primary">
                  <Link href={newHref}>
                    <Plus aria-hidden /> Make a policy
                  </Link>
                </Button>
              ) : null
            }
          >
            Nothing of {serviceName} is backed up by itself. A policy says what, where to, when, and how it is proven.
          </EmptyState>
        </Card>
      ) : (
        policies.map((row) => <PolicyCard key={row.policyId} row={row} mayBackUp={mayBackUp} mayEdit={mayEdit} />)
      )}
      {policies.length > 0
        ? unscheduled.map((row) => (
            <Callout
              key={`${row.environment}/${row.policy}`}
              tone="warning"
              title={`No schedule: ${row.policy} · ${row.environment}`}
              actions={
                mayEdit ? (
                  <Button asChild size="sm">
                    <Link href={newPolicyHref(row)}>
                      <Plus aria-hidden /> Make a policy
                    </Link>
                  </Button>
                ) : null
              }
            >
              No policy backs it up.
            </Callout>
          ))
        : null}
      {policies.length > 0 && mayEdit ? (
        <Button asChild variant="link" className="justify-self-start">
          <Link href={newHref}>
            <Plus aria-hidden /> Back up something else of it
          </Link>
        </Button>
      ) : null}
      <RestoreList
        restores={standing.data.restores}
        note="What stands beside its living data, and takes up room until somebody removes it."
        isOfMany
      />
      <section aria-label="Backups">
        <h2 className="pb-2 font-semibold">Backups</h2>
        <PagedCard list={list} more="Show earlier ones">
          {rows.length > 0 ? (
            <ExecutionRows rows={rows} />
          ) : (
            <EmptyState icon={Archive} title="No backups yet">
              A backup is taken in one snapshot, stored whole or not at all, and then restored to prove it.
            </EmptyState>
          )}
        </PagedCard>
      </section>
    </div>
  );
}

interface PolicyCardProps {
  row: BackupBoardRow;
  mayBackUp: boolean;
  mayEdit: boolean;
}

function PolicyCard({ row, mayBackUp, mayEdit }: PolicyCardProps) {
  const { policyId } = row;
  if (policyId === null) return null;
  return (
    <Card aria-label={`Policy ${row.policy}`}>
      <CardHeader
        title={<PolicyClaim row={row} />}
        note={`${row.policy} · ${row.environment}`}
        actions={
          <div className="flex flex-wrap gap-2">
            <Button asChild size="sm">
              <Link
                href={`/backups/policies/${policyId}`}
                aria-label={`${mayEdit ? "Edit" : "Open"} policy ${row.policy}`}
              >
                {mayEdit ? <Pencil aria-hidden /> : null} {mayEdit ? "Edit" : "Open"}
              </Link>
            </Button>
            {mayBackUp ? <RunNowButton policyId={policyId} size="sm" /> : null}
          </div>
        }
      />
      <PolicyBody row={row} />
    </Card>
  );
}
