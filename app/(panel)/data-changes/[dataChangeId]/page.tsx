import type { Metadata } from "next";
import { DataChangePage } from "#components/data-changes/data-change-page.tsx";
import { NotForViewers } from "#components/data-changes/not-for-viewers.tsx";
import { Page } from "#components/ui/page.tsx";
import { PageHeader } from "#components/ui/page-header.tsx";
import { type DataChangePageProps, loadDataChange } from "../load-data-change.ts";

export async function generateMetadata({ params }: DataChangePageProps): Promise<Metadata> {
  const change = await loadDataChange((await params).dataChangeId);
  return { title: change?.title ?? "Data change" };
}

export default async function OneDataChange({ params }: DataChangePageProps) {
  const change = await loadDataChange((await params).dataChangeId);
  return (
    <Page>
      {change ? (
        <DataChangePage key={change.id} initialData={change} />
      ) : (
        <>
          <PageHeader title="Data change" />
          <NotForViewers />
        </>
      )}
    </Page>
  );
}
