import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { createLoader, parseAsString, type SearchParams } from "nuqs/server";
import { requireActor } from "#app/actor.ts";
import { AuditList } from "#components/audit/audit-list.tsx";
import { Page } from "#components/ui/page.tsx";
import { PageHeader } from "#components/ui/page-header.tsx";
import { may } from "#lib/access/policy.ts";
import { listAuditEvents } from "#lib/history/queries.ts";

export const metadata: Metadata = { title: "Audit" };

const loadFilters = createLoader({ subject: parseAsString.withDefault("") });

export default async function AuditRecordPage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const actor = await requireActor();
  if (!may(actor, "audit.read").ok) notFound();
  const { subject } = await loadFilters(searchParams);
  const page = await listAuditEvents(actor, subject ? { subjectType: subject } : {});
  return (
    <Page>
      <PageHeader
        title="Audit"
        note="Who did what. Every event is sealed into a chain: a change of an old one shows."
      />
      <AuditList initialData={page} initialSubject={subject} />
    </Page>
  );
}
