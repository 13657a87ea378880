import type { Metadata } from "next";
import { requireActor } from "#app/actor.ts";
import { PreviewForm } from "#components/templates/preview-form.tsx";
import { PreviewSteps } from "#components/templates/preview-steps.tsx";
import { TEMPLATE_CRUMBS } from "#components/templates/template-page.tsx";
import { nameVersion } from "#components/templates/template-words.ts";
import { Callout } from "#components/ui/callout.tsx";
import { Page } from "#components/ui/page.tsx";
import { PageHeader } from "#components/ui/page-header.tsx";
import { AppError } from "#lib/platform/errors.ts";
import { listPreviewable } from "#lib/services/queries/list-previewable.ts";
import { previewTemplate } from "#lib/services/queries/preview-template.ts";
import { loadTemplate, readVersion } from "../../load-template.ts";

export const metadata: Metadata = { title: "Try a checklist" };

interface Props {
  params: Promise<{ key: string }>;
  searchParams: Promise<Record<string, string | string[] | undefined>>;
}

const one = (value: string | string[] | undefined) => (typeof value === "string" && value !== "" ? value : undefined);

export default async function PreviewTemplatePage({ params, searchParams }: Props) {
  const actor = await requireActor();
  const { key } = await params;
  const asked = await searchParams;
  const which = readVersion(asked.version);
  const view = await loadTemplate(key, which);
  const wanted = { service: one(asked.service), draft: one(asked.draft) };
  const { services, drafts } = await listPreviewable(actor);
  const preview =
    wanted.service || wanted.draft
      ? await previewTemplate(actor, view.key, which, wanted).catch((error: unknown) => {
          if (error instanceof AppError) return error;
          throw error;
        })
      : null;
  const path = `/checklists/templates/${key}`;
  return (
    <Page>
      <PageHeader
        crumbs={[...TEMPLATE_CRUMBS, { label: view.title, href: path }]}
        title="Try it on a service"
        note={`What a run would be, ${nameVersion(view.shown)}. Nothing is asked outside and nothing begins.`}
      />
      <div className="grid gap-4">
        <PreviewForm
          path={`${path}/preview`}
          version={String(which)}
          services={services}
          drafts={drafts}
          chosen={wanted.draft ? `draft:${wanted.draft}` : wanted.service ? `service:${wanted.service}` : null}
        />
        {preview instanceof AppError ? (
          <Callout tone="warning" title={preview.message}>
            {preview.advice}
          </Callout>
        ) : preview ? (
          <PreviewSteps preview={preview} />
        ) : (
          <p className="text-muted">Its items then stand here in their order, and why some of them are left out.</p>
        )}
      </div>
    </Page>
  );
}
