import type { Metadata } from "next";
import { requireActor } from "#app/actor.ts";
import { ExportedChecklist } from "#components/templates/exported-checklist.tsx";
import { Page } from "#components/ui/page.tsx";
import { exportTemplate } from "#lib/templates/queries/export-template.ts";
import { loadTemplate, readVersion } from "../../load-template.ts";

export const metadata: Metadata = { title: "Print a checklist" };

interface Props {
  params: Promise<{ key: string }>;
  searchParams: Promise<{ version?: string | string[] }>;
}

export default async function PrintTemplatePage({ params, searchParams }: Props) {
  const actor = await requireActor();
  const { key } = await params;
  const which = readVersion((await searchParams).version);
  const view = await loadTemplate(key, which);
  return (
    <Page>
      <ExportedChecklist
        checklist={await exportTemplate(actor, view.key, which)}
        back={`/checklists/templates/${key}?version=${which}`}
      />
    </Page>
  );
}
