import type { Metadata } from "next";
import { requireActor } from "#app/actor.ts";
import { BlockedNames } from "#components/domains/blocked-names.tsx";
import { listBlockedNames } from "#lib/dns/queries/list-blocked-names.ts";

export const metadata: Metadata = { title: "Blocked names" };

export default async function BlockedNamesPage() {
  return <BlockedNames initialData={await listBlockedNames(await requireActor())} />;
}
