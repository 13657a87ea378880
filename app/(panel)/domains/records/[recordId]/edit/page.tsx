import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { RecordForm } from "#components/domains/record-form.tsx";
import { Badge } from "#components/ui/badge.tsx";
import { Page } from "#components/ui/page.tsx";
import { PageHeader } from "#components/ui/page-header.tsx";
import { loadRecord, type RecordPageProps } from "../../../load-record.ts";

export const metadata: Metadata = { title: "Edit a record" };

export default async function EditRecord({ params }: RecordPageProps) {
  const record = await loadRecord((await params).recordId);
  const own = `/domains/records/${record.id}`;
  if (!record.may.edit) redirect(own);
  return (
    <Page>
      <PageHeader
        crumbs={[
          { label: "Domains", href: "/domains" },
          { label: record.name, href: own },
        ]}
        title={<span className="break-all">Edit {record.name}</span>}
        mark={<Badge>{record.type}</Badge>}
      />
      <RecordForm record={record} places={{ places: [], lifetimeDays: 0 }} />
    </Page>
  );
}
