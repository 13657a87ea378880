import { requireActor } from "#app/actor.ts";
import { Watching } from "#components/watching/watching.tsx";
import { getWatching } from "#lib/watching/queries/get-watching.ts";
import { loadService, type ServicePageProps } from "../load-service.ts";

export default async function MonitorsPage({ params }: ServicePageProps) {
  const { id, name } = await loadService((await params).name);
  return <Watching key={id} serviceName={name} initialData={await getWatching(await requireActor(), name)} />;
}
