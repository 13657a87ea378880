import type { Metadata } from "next";
import { requireActor } from "#app/actor.ts";
import { Callout } from "#components/ui/callout.tsx";
import { Page } from "#components/ui/page.tsx";
import { PageHeader } from "#components/ui/page-header.tsx";
import { StartPage } from "#components/wizard/start-page.tsx";
import { may } from "#lib/access/policy.ts";
import { listDrafts } from "#lib/services/queries/read-draft.ts";

export const metadata: Metadata = { title: "New service" };

export default async function NewServicePage() {
  const actor = await requireActor();
  const allowed = may(actor, "drafts.create");
  return (
    <Page>
      <PageHeader
        title="New service"
        crumbs={[{ label: "Services", href: "/services" }]}
        note="A few questions, then a plan to look at. Nothing is made until you press the button at the end."
      />
      {allowed.ok ? (
        <StartPage initialDrafts={await listDrafts(actor)} readerId={actor.id} />
      ) : (
        <Callout tone="warning" title="You may look at services, not make them">
          Ask somebody on the staff to provision it, or an administrator for the role.
        </Callout>
      )}
    </Page>
  );
}
