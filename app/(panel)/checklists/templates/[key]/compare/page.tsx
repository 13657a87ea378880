import type { Metadata } from "next";
import { CompareForm } from "#components/templates/compare-form.tsx";
import { Differences } from "#components/templates/differences.tsx";
import { TEMPLATE_CRUMBS } from "#components/templates/template-page.tsx";
import { Card, CardHeader } from "#components/ui/card.tsx";
import { Page } from "#components/ui/page.tsx";
import { PageHeader } from "#components/ui/page-header.tsx";
import { compareContents } from "#lib/templates/format/compare-contents.ts";
import { loadTemplate, readVersion } from "../../load-template.ts";

export const metadata: Metadata = { title: "What changed in a checklist" };

interface Props {
  params: Promise<{ key: string }>;
  searchParams: Promise<{ from?: string | string[]; to?: string | string[] }>;
}

export default async function CompareTemplatePage({ params, searchParams }: Props) {
  const { key } = await params;
  const asked = await searchParams;
  const [from, to] = [readVersion(asked.from ?? "built-in"), readVersion(asked.to)];
  const [before, after] = [await loadTemplate(key, from), await loadTemplate(key, to)];
  const path = `/checklists/templates/${key}`;
  const versions = [
    ...after.versions.map(({ version, state }) =>
      state === "draft"
        ? { value: "draft", label: "Draft" }
        : { value: String(version), label: `Version ${version}${state === "withdrawn" ? " (withdrawn)" : ""}` },
    ),
    { value: "built-in", label: after.own ? "Nothing" : "As the panel brings it" },
  ];
  const addressOf = ({ shown }: typeof after) =>
    shown === null ? "built-in" : shown.state === "draft" ? "draft" : String(shown.version);
  const labelOf = (view: typeof after) => versions.find(({ value }) => value === addressOf(view))?.label;
  return (
    <Page>
      <PageHeader
        crumbs={[...TEMPLATE_CRUMBS, { label: after.title, href: path }]}
        title="What changed"
        {...(after.shown?.note ? { note: after.shown.note } : {})}
      />
      <div className="grid gap-4">
        <CompareForm path={`${path}/compare`} versions={versions} from={addressOf(before)} to={addressOf(after)} />
        <Card className="overflow-hidden">
          <CardHeader title={`${labelOf(before)} → ${labelOf(after)}`} />
          <Differences differences={compareContents(before.content, after.content, after.outline)} />
        </Card>
      </div>
    </Page>
  );
}
