"use client";

import { SearchX } from "lucide-react";
import { useDeferredValue } from "react";
import { ROLE_WORDS } from "#lib/access/constants.ts";
import type { UserPage, UserView } from "#lib/access/schema.ts";
import { api } from "../api-client.ts";
import { PagedCard } from "../lists/paged-card.tsx";
import { SearchField, useSearch } from "../lists/search-field.tsx";
import { Toolbar } from "../lists/toolbar.tsx";
import { usePages } from "../lists/use-pages.ts";
import { Badge } from "../ui/badge.tsx";
import { EmptyState } from "../ui/empty-state.tsx";
import { RelativeTime } from "../ui/relative-time.tsx";
import { Table, TableBody, TableHead, TableRow, Td, Th } from "../ui/table.tsx";
import { PersonMenu } from "./person-menu.tsx";

interface PeopleListProps {
  initialData: UserPage;
  initialSearch: string;
  /** The reader's own account, which cannot be closed or looked through here. */
  ownId: string;
}

/** Everybody who ever signed in, with what they own. */
export function PeopleList({ initialData, initialSearch, ownId }: PeopleListProps) {
  const [search] = useSearch();
  const q = useDeferredValue(search).trim();
  const list = usePages<UserPage>({
    queryKey: ["people", q],
    load: (after, signal) => api("GET /users", { query: { q: q || undefined, after: after ?? undefined }, signal }),
    initialData: q === initialSearch ? initialData : undefined,
  });
  const people = list.data?.pages.flatMap((page) => page.users) ?? [];
  return (
    <>
      <Toolbar shown={people.length} total={list.data?.pages[0]?.total ?? 0} noun={["person", "people"]}>
        <SearchField label="Name, username or mail" />
      </Toolbar>
      <PagedCard list={list}>
        {people.length > 0 ? (
          <Table label="People">
            <TableHead>
              <Th>Name</Th>
              <Th>Roles</Th>
              <Th numeric>Services</Th>
              <Th numeric>Records</Th>
              <Th numeric>Certificates</Th>
              <Th numeric>Sessions</Th>
              <Th>Last sign-in</Th>
              <Th>
                <span className="sr-only">Actions</span>
              </Th>
            </TableHead>
            <TableBody>
              {people.map((person) => (
                <PersonRow key={person.id} person={person} isSelf={person.id === ownId} />
              ))}
            </TableBody>
          </Table>
        ) : (
          <EmptyState icon={SearchX} title="Nobody matches">
            People appear here when they first sign in.
          </EmptyState>
        )}
      </PagedCard>
    </>
  );
}

function PersonRow({ person, isSelf }: { person: UserView; isSelf: boolean }) {
  return (
    <TableRow>
      <Td wide className="max-w-80">
        <span className="flex min-w-0 items-center gap-2">
          <span className="truncate font-medium">{person.name}</span>
          {isSelf ? <Badge>you</Badge> : null}
          {person.disabled ? <Badge tone="failed">closed</Badge> : null}
        </span>
        <span className="block truncate text-muted text-xs">
          {person.username} · {person.email}
        </span>
      </Td>
      <Td label="Roles">
        {person.roles.length > 0 ? (
          person.roles.map((role) => ROLE_WORDS[role]).join(", ")
        ) : (
          <span className="text-muted">none</span>
        )}
      </Td>
      <Td label="Services" numeric>
        {person.services}
      </Td>
      <Td label="Records" numeric>
        {person.records}
      </Td>
      <Td label="Certificates" numeric>
        {person.certificates}
      </Td>
      <Td label="Sessions" numeric>
        {person.sessions}
      </Td>
      <Td label="Last sign-in" className="whitespace-nowrap text-muted">
        {person.lastLoginAt ? <RelativeTime at={person.lastLoginAt} /> : "never"}
      </Td>
      <Td wide className="text-right">
        {isSelf ? null : <PersonMenu person={person} />}
      </Td>
    </TableRow>
  );
}
