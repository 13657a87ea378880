import type { Metadata } from "next";
import { createLoader, parseAsString, parseAsStringLiteral, type SearchParams } from "nuqs/server";
import { requireActor } from "#app/actor.ts";
import { RecordList } from "#components/domains/record-list.tsx";
import { YourNames } from "#components/domains/your-names.tsx";
import { RECORD_STATES, RECORD_TYPES } from "#lib/dns/constants.ts";
import { listPlaces } from "#lib/dns/queries/list-places.ts";
import { listRecords } from "#lib/dns/queries/list-records.ts";
import { listZones } from "#lib/dns/queries/list-zones.ts";

export const metadata: Metadata = { title: "Domains" };

const text = parseAsString.withDefault("");
const loadFilters = createLoader({
  q: text,
  zone: text,
  mine: text,
  state: parseAsStringLiteral(RECORD_STATES),
  type: parseAsStringLiteral(RECORD_TYPES),
});

export default async function RecordsPage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const actor = await requireActor();
  const { q, zone, mine, state, type } = await loadFilters(searchParams);
  const [records, places, { zones }] = await Promise.all([
    listRecords(actor, { q, zone, mine: mine !== "", state: state ?? undefined, type: type ?? undefined }),
    listPlaces(actor),
    listZones(actor),
  ]);
  return (
    <>
      <YourNames initialData={places} />
      <RecordList
        initialData={records}
        initialFilters={{ q, zone, mine, state: state ?? "", type: type ?? "" }}
        zones={zones.map((zone) => zone.name)}
        mayCreate={places.places.some((place) => place.kind !== "personal")}
      />
    </>
  );
}
