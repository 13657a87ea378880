import { requireActor } from "#app/actor.ts";
import { ServiceDomains } from "#components/services/domains.tsx";
import { listPlaces } from "#lib/dns/queries/list-places.ts";
import { listRecords } from "#lib/dns/queries/list-records.ts";
import { loadService, type ServicePageProps } from "../load-service.ts";

export default async function DomainsPage({ params }: ServicePageProps) {
  const [actor, service] = await Promise.all([requireActor(), params.then(({ name }) => loadService(name))]);
  const [records, { places }] = await Promise.all([listRecords(actor, { service: service.name }), listPlaces(actor)]);
  const place = places.find((one) => one.service?.id === service.id);
  return <ServiceDomains initialData={service} records={records} suffix={place?.suffix ?? null} />;
}
