import type { Metadata } from "next";
import { requireActor } from "#app/actor.ts";
import { TemplatePage } from "#components/templates/template-page.tsx";
import { Page } from "#components/ui/page.tsx";
import { may } from "#lib/access/policy.ts";
import { loadTemplate, readVersion } from "../load-template.ts";

interface Props {
  params: Promise<{ key: string }>;
  searchParams: Promise<{ version?: string | string[] }>;
}

/** A checklist that was never published is shown as its draft. */
async function load({ params, searchParams }: Props) {
  const { key } = await params;
  const wanted = readVersion((await searchParams).version);
  const view = await loadTemplate(key, wanted);
  const hasDraft = view.versions.some(({ state }) => state === "draft");
  return wanted === "current" && view.own && view.shown === null && hasDraft ? loadTemplate(key, "draft") : view;
}

export async function generateMetadata(props: Props): Promise<Metadata> {
  return { title: `${(await load(props)).title} · template` };
}

export default async function TemplateDetailPage(props: Props) {
  const actor = await requireActor();
  return (
    <Page>
      <TemplatePage
        view={await load(props)}
        mayEdit={may(actor, "templates.edit").ok}
        mayStart={may(actor, "checklists.start").ok}
      />
    </Page>
  );
}
