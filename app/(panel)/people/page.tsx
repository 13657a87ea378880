import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { createLoader, parseAsString, type SearchParams } from "nuqs/server";
import { requireActor } from "#app/actor.ts";
import { PeopleList } from "#components/people/people-list.tsx";
import { Page } from "#components/ui/page.tsx";
import { PageHeader } from "#components/ui/page-header.tsx";
import { may } from "#lib/access/policy.ts";
import { listUsers } from "#lib/access/queries/list-users.ts";

export const metadata: Metadata = { title: "People" };

const loadFilters = createLoader({ q: parseAsString.withDefault("") });

export default async function PeoplePage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const actor = await requireActor();
  if (!may(actor, "users.list").ok) notFound();
  const { q } = await loadFilters(searchParams);
  return (
    <Page>
      <PageHeader title="People" note="Everybody who ever signed in. Roles come from the identity provider’s groups." />
      <PeopleList initialData={await listUsers(actor, { q, after: "" })} initialSearch={q} ownId={actor.id} />
    </Page>
  );
}
