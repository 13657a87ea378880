import type { Metadata } from "next";
import { requireActor } from "#app/actor.ts";
import { NewTemplate } from "#components/templates/new-template.tsx";
import { TEMPLATE_CRUMBS } from "#components/templates/template-page.tsx";
import { Callout } from "#components/ui/callout.tsx";
import { Page } from "#components/ui/page.tsx";
import { PageHeader } from "#components/ui/page-header.tsx";
import { may } from "#lib/access/policy.ts";

export const metadata: Metadata = { title: "New checklist" };

export default async function NewTemplatePage() {
  const actor = await requireActor();
  return (
    <Page>
      <PageHeader
        crumbs={TEMPLATE_CRUMBS}
        title="New checklist"
        note="One of your organisation’s own: people do its items, for a service or for none."
      />
      {may(actor, "templates.edit").ok ? (
        <NewTemplate />
      ) : (
        <Callout title="Administrators write checklists">Ask one, with the list you have in mind.</Callout>
      )}
    </Page>
  );
}
