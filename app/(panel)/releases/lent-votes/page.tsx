import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { requireActor } from "#app/actor.ts";
import { LentVotes } from "#components/lent-votes/lent-votes.tsx";
import { may } from "#lib/access/policy.ts";
import { listDelegations } from "#lib/releases/queries/list-delegations.ts";

export const metadata: Metadata = { title: "Lent votes" };

export default async function LentVotesPage() {
  const actor = await requireActor();
  if (!may(actor, "delegations.read").ok) notFound();
  return <LentVotes initialData={await listDelegations(actor)} readerId={actor.id} />;
}
