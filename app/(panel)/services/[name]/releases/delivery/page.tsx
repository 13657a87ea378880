import type { Metadata } from "next";
import { createLoader, parseAsNumberLiteral, parseAsString, type SearchParams } from "nuqs/server";
import { requireActor } from "#app/actor.ts";
import { Delivery } from "#components/delivery/delivery.tsx";
import { SubHeader } from "#components/releases/sub-header.tsx";
import { getDelivery } from "#lib/releases/queries/get-delivery.ts";
import { listEnvironments } from "#lib/releases/queries/list-environments.ts";
import { DELIVERY_DAYS } from "#lib/releases/schema/delivery.ts";
import { loadService, type ServicePageProps } from "../../load-service.ts";

const loadFilters = createLoader({
  environment: parseAsString.withDefault(""),
  days: parseAsNumberLiteral(DELIVERY_DAYS).withDefault(90),
});

export async function generateMetadata({ params }: ServicePageProps): Promise<Metadata> {
  return { title: `Delivery of ${decodeURIComponent((await params).name)}` };
}

export default async function DeliveryPage({
  params,
  searchParams,
}: ServicePageProps & { searchParams: Promise<SearchParams> }) {
  const actor = await requireActor();
  const { id, name } = await loadService((await params).name);
  const filters = await loadFilters(searchParams);
  const names = (await listEnvironments(actor, name)).environments.map((one) => one.name);
  const environment = names.includes(filters.environment) ? filters.environment : names[0];
  return (
    <>
      <SubHeader
        back={{ href: `/services/${name}/releases`, label: "Releases" }}
        title="Delivery"
        note="How fast releases arrive, how often one fails, and how long it takes until that is put right."
      />
      {environment ? (
        <Delivery
          key={id}
          serviceName={name}
          environments={names}
          initialData={await getDelivery(actor, name, { environment, days: filters.days })}
        />
      ) : (
        <p className="text-muted">The service has no environment yet.</p>
      )}
    </>
  );
}
