import { DatabaseZap } from "lucide-react";
import type { Metadata } from "next";
import { createLoader, parseAsString, type SearchParams } from "nuqs/server";
import { requireActor } from "#app/actor.ts";
import { DataChangeForm } from "#components/data-changes/data-change-form.tsx";
import { NotForViewers } from "#components/data-changes/not-for-viewers.tsx";
import { Card } from "#components/ui/card.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { Page } from "#components/ui/page.tsx";
import { PageHeader } from "#components/ui/page-header.tsx";
import { may } from "#lib/access/policy.ts";
import { listChoices } from "#lib/data-changes/queries/list-data-changes.ts";
import { loadDataChange } from "../load-data-change.ts";

export const metadata: Metadata = { title: "New data change" };

const loadWishes = createLoader({ service: parseAsString, from: parseAsString });

export default async function NewDataChange({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const actor = await requireActor();
  const { service, from } = await loadWishes(searchParams);
  const writes = may(actor, "dataChanges.write").ok;
  const { databases } = writes ? await listChoices(actor) : { databases: [] };
  const begin = writes && from ? await loadDataChange(from) : null;
  return (
    <Page>
      <PageHeader
        crumbs={[{ label: "Data changes", href: "/data-changes" }]}
        title="New data change"
        note="Say what went wrong and how it is put right. Somebody else reads and approves exactly this text."
      />
      {!writes ? (
        <NotForViewers />
      ) : databases.length === 0 ? (
        <Card>
          <EmptyState icon={DatabaseZap} title="No database to change">
            No service has a MariaDB, MySQL or PostgreSQL database with a backup policy. Without a proven backup nothing
            is changed.
          </EmptyState>
        </Card>
      ) : (
        <DataChangeForm databases={databases} service={begin?.service ?? service} {...(begin ? { begin } : {})} />
      )}
    </Page>
  );
}
