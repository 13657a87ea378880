import type { Metadata } from "next";
import { requireActor } from "#app/actor.ts";
import { RecordsTable } from "#components/domains/records-table.tsx";
import { listRecords } from "#lib/dns/queries.ts";

export const metadata: Metadata = { title: "Domains" };

export default async function RecordsPage() {
  return <RecordsTable records={await listRecords(await requireActor())} />;
}
