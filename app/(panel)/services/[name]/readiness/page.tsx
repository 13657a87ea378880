import { requireActor } from "#app/actor.ts";
import { ReadinessPage } from "#components/readiness/readiness-page.tsx";
import { getReadiness } from "#lib/readiness/queries/get-readiness.ts";
import { loadService, type ServicePageProps } from "../load-service.ts";

export default async function Page({ params }: ServicePageProps) {
  const actor = await requireActor();
  const { id, name } = await loadService((await params).name);
  return <ReadinessPage key={id} serviceName={name} initialData={await getReadiness(actor, name)} />;
}
