import type { Metadata } from "next";
import { Suspense } from "react";
import { requireActor } from "#app/actor.ts";
import { ApprovalsQueue } from "#components/releases/approvals-queue.tsx";
import { Callout } from "#components/ui/callout.tsx";
import { LoadingCard } from "#components/ui/loading-card.tsx";
import { Page } from "#components/ui/page.tsx";
import { PageHeader } from "#components/ui/page-header.tsx";
import { loadApprovals } from "./load-approvals.ts";

export const metadata: Metadata = { title: "Approvals" };

export default function ApprovalsPage() {
  return (
    <Page>
      <PageHeader title="Approvals" note="What waits for your word, and what you wait for." />
      <Suspense fallback={<LoadingCard label="Loading what waits for you" />}>
        <Loaded />
      </Suspense>
    </Page>
  );
}

async function Loaded() {
  const waiting = await loadApprovals(await requireActor());
  if (waiting) return <ApprovalsQueue initialData={waiting} />;
  return <Callout title="Nothing can wait for you here">Your role looks and decides nothing.</Callout>;
}
