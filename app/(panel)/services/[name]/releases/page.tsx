import { Package } from "lucide-react";
import { requireActor } from "#app/actor.ts";
import { ServiceReleases } from "#components/releases/service-releases.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { listDeployments } from "#lib/releases/queries/list-deployments.ts";
import { listEnvironments } from "#lib/releases/queries/list-environments.ts";
import { listReleases } from "#lib/releases/queries/list-releases.ts";
import { loadService, type ServicePageProps } from "../load-service.ts";

const DEPLOYMENTS_SHOWN = 20;

export default async function ReleasesPage({ params }: ServicePageProps) {
  const actor = await requireActor();
  const { id, name, state } = await loadService((await params).name);
  if (state === "retired")
    return (
      <EmptyState icon={Package} title="Nothing is released any more">
        {name} was taken away. Its runs are in its history.
      </EmptyState>
    );
  const [environments, releases, deployments] = await Promise.all([
    listEnvironments(actor, name),
    listReleases(actor, name),
    listDeployments(actor, { serviceName: name, limit: DEPLOYMENTS_SHOWN }),
  ]);
  return <ServiceReleases key={id} serviceName={name} {...{ environments, releases, deployments }} />;
}
