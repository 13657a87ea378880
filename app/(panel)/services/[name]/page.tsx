import { requireActor } from "#app/actor.ts";
import { Overview } from "#components/services/overview.tsx";
import { listEnvironments } from "#lib/releases/queries/list-environments.ts";
import { getWatching } from "#lib/watching/queries/get-watching.ts";
import { loadService, type ServicePageProps } from "./load-service.ts";

export default async function OverviewPage({ params }: ServicePageProps) {
  const service = await loadService((await params).name);
  // Of what was taken away nothing is deployed.
  const environments =
    service.state === "retired"
      ? { environments: [], mayAdd: false }
      : await listEnvironments(await requireActor(), service.name);
  const watching = await getWatching(await requireActor(), service.name);
  return <Overview initialData={service} environments={environments} watching={watching} />;
}
