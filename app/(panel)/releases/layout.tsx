import type { ReactNode } from "react";
import { requireActor } from "#app/actor.ts";
import { ReleaseTabs } from "#components/release-calendar/release-tabs.tsx";
import { Page } from "#components/ui/page.tsx";
import { PageHeader } from "#components/ui/page-header.tsx";
import { may } from "#lib/access/policy.ts";

export default async function ReleasesLayout({ children }: { children: ReactNode }) {
  const actor = await requireActor();
  return (
    <Page>
      <PageHeader title="Releases" note="What was deployed, what is planned, and when nothing may be." />
      <ReleaseTabs
        maySeeVotes={may(actor, "delegations.read").ok}
        maySeeRegistries={may(actor, "registries.read").ok}
      />
      <div className="pt-4">{children}</div>
    </Page>
  );
}
