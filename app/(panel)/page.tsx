import type { Metadata } from "next";
import { Suspense } from "react";
import { requireActor } from "#app/actor.ts";
import { Home } from "#components/home/home.tsx";
import { NewServiceButton } from "#components/services/new-service-button.tsx";
import { LoadingCard } from "#components/ui/loading-card.tsx";
import { Page } from "#components/ui/page.tsx";
import { PageHeader } from "#components/ui/page-header.tsx";
import { may } from "#lib/access/policy.ts";
import type { Actor } from "#lib/access/types.ts";
import { getHome } from "#lib/services/queries/get-home.ts";

export const metadata: Metadata = { title: "Home" };

export default async function HomePage() {
  const actor = await requireActor();
  return (
    <Page>
      <PageHeader title="Home" actions={may(actor, "drafts.create").ok ? <NewServiceButton /> : null} />
      <Suspense fallback={<LoadingCard label="Loading what waits for you" />}>
        <Loaded actor={actor} />
      </Suspense>
    </Page>
  );
}

async function Loaded({ actor }: { actor: Actor }) {
  return <Home initialData={await getHome(actor)} />;
}
