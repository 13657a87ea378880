import type { Metadata } from "next";
import { requireActor } from "#app/actor.ts";
import { RecordPage } from "#components/domains/record-page.tsx";
import { Page } from "#components/ui/page.tsx";
import { loadRecord, type RecordPageProps } from "../../load-record.ts";
import { loadZone } from "../../load-zone.ts";

export async function generateMetadata({ params }: RecordPageProps): Promise<Metadata> {
  await requireActor();
  return { title: (await loadRecord((await params).recordId)).name };
}

export default async function Record({ params }: RecordPageProps) {
  const record = await loadRecord((await params).recordId);
  const zone = await loadZone(record.zone.id);
  return (
    <Page>
      <RecordPage initialData={record} nameServer={zone.nameServers[0] ?? null} />
    </Page>
  );
}
