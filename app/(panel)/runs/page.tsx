import type { Metadata } from "next";
import { createLoader, parseAsString, parseAsStringLiteral, type SearchParams } from "nuqs/server";
import { Suspense } from "react";
import { requireActor } from "#app/actor.ts";
import { RunsList } from "#components/runs/runs-list.tsx";
import { LoadingCard } from "#components/ui/loading-card.tsx";
import { Page } from "#components/ui/page.tsx";
import { PageHeader } from "#components/ui/page-header.tsx";
import type { Actor } from "#lib/access/types.ts";
import { listRuns } from "#lib/runs/queries/list-runs.ts";
import { ACTIVE_STATES, RUN_STATES } from "#lib/runs/types.ts";

export const metadata: Metadata = { title: "Runs" };

const loadFilters = createLoader({
  q: parseAsString.withDefault(""),
  state: parseAsStringLiteral(["active", ...RUN_STATES] as const),
});

interface RunsPageProps {
  searchParams: Promise<SearchParams>;
}

export default async function RunsPage({ searchParams }: RunsPageProps) {
  const actor = await requireActor();
  return (
    <Page>
      <PageHeader title="Runs" />
      <Suspense fallback={<LoadingCard label="Loading runs" />}>
        <Loaded actor={actor} searchParams={searchParams} />
      </Suspense>
    </Page>
  );
}

async function Loaded({ actor, searchParams }: RunsPageProps & { actor: Actor }) {
  const { q, state } = await loadFilters(searchParams);
  const page = await listRuns(actor, {
    ...(q ? { search: q } : {}),
    ...(state ? { states: state === "active" ? ACTIVE_STATES : [state] } : {}),
  });
  return <RunsList initialData={page} initialFilters={{ q, state: state ?? "" }} />;
}
