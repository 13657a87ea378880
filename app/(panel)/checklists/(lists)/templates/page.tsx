import type { Metadata } from "next";
import { requireActor } from "#app/actor.ts";
import { TemplateList } from "#components/templates/template-list.tsx";
import { may } from "#lib/access/policy.ts";
import { listTemplates } from "#lib/templates/queries/list-templates.ts";

export const metadata: Metadata = { title: "Checklist templates" };

export default async function TemplatesPage() {
  const actor = await requireActor();
  return (
    <TemplateList
      data={await listTemplates(actor)}
      mayEdit={may(actor, "templates.edit").ok}
      mayStart={may(actor, "checklists.start").ok}
    />
  );
}
