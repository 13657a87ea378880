import type { Metadata } from "next";
import { RecordPage } from "#components/domains/record-page.tsx";
import { Page } from "#components/ui/page.tsx";
import { loadRecord, type RecordPageProps } from "../../load-record.ts";

export async function generateMetadata({ params }: RecordPageProps): Promise<Metadata> {
  return { title: (await loadRecord((await params).recordId)).name };
}

export default async function Record({ params }: RecordPageProps) {
  const record = await loadRecord((await params).recordId);
  return (
    <Page>
      <RecordPage initialData={record} />
    </Page>
  );
}
