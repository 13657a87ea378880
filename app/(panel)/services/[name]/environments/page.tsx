import { requireActor } from "#app/actor.ts";
import { EnvironmentList } from "#components/environments/environment-list.tsx";
import { listEnvironments } from "#lib/releases/queries/list-environments.ts";
import { loadService, type ServicePageProps } from "../load-service.ts";

export default async function EnvironmentsPage({ params }: ServicePageProps) {
  const actor = await requireActor();
  const { id, name } = await loadService((await params).name);
  return <EnvironmentList key={id} serviceName={name} initialData={await listEnvironments(actor, name)} />;
}
