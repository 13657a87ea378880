import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { requireActor } from "#app/actor.ts";
import { TemplateEditor } from "#components/templates/template-editor.tsx";
import { TEMPLATE_CRUMBS } from "#components/templates/template-page.tsx";
import { Page } from "#components/ui/page.tsx";
import { PageHeader } from "#components/ui/page-header.tsx";
import { may } from "#lib/access/policy.ts";
import { loadTemplate } from "../../load-template.ts";

export const metadata: Metadata = { title: "Edit a checklist" };

export default async function EditTemplatePage({ params }: { params: Promise<{ key: string }> }) {
  const actor = await requireActor();
  if (!may(actor, "templates.edit").ok) notFound();
  const { key } = await params;
  const view = await loadTemplate(key, "draft");
  return (
    <Page>
      <PageHeader
        crumbs={[...TEMPLATE_CRUMBS, { label: view.title, href: `/checklists/templates/${key}` }]}
        title={`Draft of version ${view.shown?.version}`}
        note="Nothing changes for anybody until it is published."
      />
      <TemplateEditor initial={view} />
    </Page>
  );
}
