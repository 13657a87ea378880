import type { Metadata } from "next";
import { createLoader, parseAsString, type SearchParams } from "nuqs/server";
import { requireActor } from "#app/actor.ts";
import { Executions } from "#components/backups/executions.tsx";
import { keepId, keepKnown } from "#components/lists/keep-known.ts";
import { BACKUP_STATES, FINDABLE } from "#lib/backups/constants.ts";
import { listBackups } from "#lib/backups/queries/list-backups.ts";

export const metadata: Metadata = { title: "Backups · executions" };

const text = parseAsString.withDefault("");
const loadFilters = createLoader({ q: text, state: text, there: text, service: text, policy: text, target: text });

export default async function ExecutionsPage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const actor = await requireActor();
  const { q, service, ...said } = await loadFilters(searchParams);
  const state = keepKnown(said.state, BACKUP_STATES);
  const there = keepKnown(said.there, FINDABLE);
  const [policy, target] = [keepId(said.policy), keepId(said.target)];
  const page = await listBackups(actor, {
    ...{ q, service: service || undefined, state: state || undefined, availability: there || undefined },
    ...{ policyId: policy || undefined, targetId: target || undefined },
  });
  return <Executions initialData={page} initialFilters={{ q, state, there, service, policy, target }} />;
}
