import type { Metadata } from "next";
import { createLoader, parseAsString, type SearchParams } from "nuqs/server";
import { z } from "zod";
import { requireActor } from "#app/actor.ts";
import { Executions } from "#components/backups/executions.tsx";
import { AVAILABILITIES, BACKUP_STATES } from "#lib/backups/constants.ts";
import { listBackups } from "#lib/backups/queries/list-backups.ts";

export const metadata: Metadata = { title: "Backups · executions" };

const text = parseAsString.withDefault("");
const loadFilters = createLoader({ q: text, state: text, there: text, service: text, policy: text, target: text });
const there = z.enum(AVAILABILITIES).exclude(["none"]);
const state = z.enum(BACKUP_STATES);
const id = z.uuid();

export default async function ExecutionsPage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const actor = await requireActor();
  const filters = await loadFilters(searchParams);
  const page = await listBackups(actor, {
    q: filters.q,
    state: state.safeParse(filters.state).data,
    availability: there.safeParse(filters.there).data,
    service: filters.service || undefined,
    policyId: id.safeParse(filters.policy).data,
    targetId: id.safeParse(filters.target).data,
  });
  return <Executions initialData={page} initialFilters={filters} />;
}
