import type { Metadata } from "next";
import { requireActor } from "#app/actor.ts";
import { StartForm } from "#components/templates/start-form.tsx";
import { Callout } from "#components/ui/callout.tsx";
import { Page } from "#components/ui/page.tsx";
import { PageHeader } from "#components/ui/page-header.tsx";
import { may } from "#lib/access/policy.ts";
import { listPreviewable } from "#lib/services/queries/list-previewable.ts";
import { listTemplates } from "#lib/templates/queries/list-templates.ts";

export const metadata: Metadata = { title: "Start a checklist" };

interface Props {
  searchParams: Promise<Record<string, string | string[] | undefined>>;
}

export default async function StartChecklistPage({ searchParams }: Props) {
  const actor = await requireActor();
  const asked = await searchParams;
  const { templates } = await listTemplates(actor);
  const checklists = templates.filter((one) => one.startable);
  const { services } = await listPreviewable(actor);
  const chosen = checklists.find((one) => one.key === asked.checklist) ?? checklists[0];
  return (
    <Page>
      <PageHeader
        crumbs={[{ label: "Checklists", href: "/checklists" }]}
        title="Start a checklist"
        note="Provisioning, releases, data changes, moves and decommissioning are started from their own pages."
      />
      {may(actor, "checklists.start").ok && chosen ? (
        <StartForm
          key={chosen.key}
          checklists={checklists.map(({ key, title, purpose }) => ({ key, title, purpose }))}
          services={services}
          chosen={chosen.key}
          service={services.find(({ name }) => name === asked.service)?.name ?? null}
        />
      ) : (
        <Callout title="You may look at checklists, not start them">Ask a member of staff.</Callout>
      )}
    </Page>
  );
}
