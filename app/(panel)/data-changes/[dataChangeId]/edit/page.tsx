import type { Metadata } from "next";
import { DataChangeForm } from "#components/data-changes/data-change-form.tsx";
import { NotForViewers } from "#components/data-changes/not-for-viewers.tsx";
import { Callout } from "#components/ui/callout.tsx";
import { Page } from "#components/ui/page.tsx";
import { PageHeader } from "#components/ui/page-header.tsx";
import { type DataChangePageProps, loadDataChange } from "../../load-data-change.ts";

export const metadata: Metadata = { title: "Edit data change" };

export default async function EditDataChange({ params }: DataChangePageProps) {
  const change = await loadDataChange((await params).dataChangeId);
  if (!change)
    return (
      <Page>
        <PageHeader title="Data change" />
        <NotForViewers />
      </Page>
    );
  return (
    <Page>
      <PageHeader
        crumbs={[
          { label: "Data changes", href: "/data-changes" },
          { label: change.title, href: `/data-changes/${change.id}` },
        ]}
        title="Edit"
      />
      {change.may.edit === null ? (
        <DataChangeForm change={change} databases={[]} />
      ) : (
        <Callout title="It stays as it is">{change.may.edit}</Callout>
      )}
    </Page>
  );
}
