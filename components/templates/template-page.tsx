import { Eye, Play } from "lucide-react";
import Link from "next/link";
import type { TemplateView } from "#lib/templates/types.ts";
import { apiPath } from "../api-client.ts";
import { Button } from "../ui/button.tsx";
import { Callout } from "../ui/callout.tsx";
import { Card, CardHeader } from "../ui/card.tsx";
import { PageHeader } from "../ui/page-header.tsx";
import { ExportMenu } from "./export-menu.tsx";
import { ItemLines } from "./item-lines.tsx";
import { DiscardButton, EditButton } from "./template-acts.tsx";
import { nameVersion } from "./template-words.ts";
import { VersionsCard } from "./versions-card.tsx";

export const TEMPLATE_CRUMBS = [
  { label: "Checklists", href: "/checklists" },
  { label: "Templates", href: "/checklists/templates" },
];

interface TemplatePageProps {
  view: TemplateView;
  mayEdit: boolean;
  mayStart: boolean;
}

/** One checklist: the items of a version, every version, and what can be done with it. */
export function TemplatePage({ view, mayEdit, mayStart }: TemplatePageProps) {
  const { key, shown } = view;
  const root = `/checklists/templates/${encodeURIComponent(key)}`;
  const version = shown === null ? "built-in" : shown.state === "draft" ? "draft" : String(shown.version);
  const isEmpty = view.content.items.length === 0;
  return (
    <>
      <PageHeader
        crumbs={TEMPLATE_CRUMBS}
        title={view.title}
        note={view.outline.purpose}
        roomy
        actions={
          <>
            {mayStart && view.startable ? (
              <Button asChild>
                <Link href={`/checklists/new?checklist=${encodeURIComponent(key)}`}>
                  <Play aria-hidden /> Start
                </Link>
              </Button>
            ) : null}
            <Button asChild>
              <Link href={`${root}/preview?version=${version}`}>
                <Eye aria-hidden /> Try it on a service
              </Link>
            </Button>
            <ExportMenu
              markdown={apiPath("/checklist-templates/{key}/markdown", { key }, { version })}
              json={apiPath("/checklist-templates/{key}/export", { key }, { version })}
              print={`${root}/print?version=${version}`}
            />
            {mayEdit ? <EditButton view={view} /> : null}
          </>
        }
      />
      {shown?.state === "draft" ? (
        <div className="pb-4">
          <Callout
            tone="info"
            title="This is a draft: no run is made with it"
            actions={mayEdit ? <DiscardButton view={view} /> : null}
          >
            {view.own && !view.startable
              ? "Publish it, then it can be started."
              : "What is published holds until this is."}
          </Callout>
        </div>
      ) : null}
      <div className="grid items-start gap-4 lg:grid-cols-[minmax(0,1fr)_20rem]">
        <Card className="overflow-hidden">
          <CardHeader title="Items" note={`${view.content.items.length} items, ${nameVersion(shown)}`} />
          {isEmpty ? <p className="px-4 py-6 text-muted">Nothing yet.</p> : <ItemLines view={view} />}
        </Card>
        <VersionsCard view={view} mayEdit={mayEdit} />
      </div>
    </>
  );
}
