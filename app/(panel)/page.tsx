import type { Metadata } from "next";
import { Suspense } from "react";
import { requireActor } from "#app/actor.ts";
import { Home } from "#components/home/home.tsx";
import { NewServiceButton } from "#components/services/new-service-button.tsx";
import { LoadingCard } from "#components/ui/loading-card.tsx";
import { Page } from "#components/ui/page.tsx";
import { PageHeader } from "#components/ui/page-header.tsx";
import { may } from "#lib/access/policy.ts";
import type { UserActor } from "#lib/access/types.ts";
import { getHome } from "#lib/services/queries/get-home.ts";
import { loadApprovals } from "./approvals/load-approvals.ts";

export const metadata: Metadata = { title: "Home" };

export default async function HomePage() {
  const actor = await requireActor();
  const mayCreate = may(actor, "drafts.create").ok;
  return (
    <Page>
      <PageHeader title="Home" actions={mayCreate ? <NewServiceButton /> : null} />
      <Suspense fallback={<LoadingCard label="Loading what waits for you" />}>
        <Loaded actor={actor} mayCreate={mayCreate} />
      </Suspense>
    </Page>
  );
}

async function Loaded({ actor, mayCreate }: { actor: UserActor; mayCreate: boolean }) {
  const [home, approvals] = await Promise.all([getHome(actor), loadApprovals(actor)]);
  return <Home initialData={home} initialApprovals={approvals} mayCreate={mayCreate} />;
}
