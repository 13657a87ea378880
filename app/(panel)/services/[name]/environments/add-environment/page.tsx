import { requireActor } from "#app/actor.ts";
import { AddEnvironment } from "#components/environments/add-environment.tsx";
import { SubHeader } from "#components/releases/sub-header.tsx";
import { Callout } from "#components/ui/callout.tsx";
import { STAGING } from "#lib/releases/constants.ts";
import { listEnvironments } from "#lib/releases/queries/list-environments.ts";
import { loadService, type ServicePageProps } from "../../load-service.ts";

export default async function NewEnvironmentPage({ params }: ServicePageProps) {
  const actor = await requireActor();
  const { id, name } = await loadService((await params).name);
  const { environments, mayAdd } = await listEnvironments(actor, name);
  return (
    <>
      <SubHeader
        back={{ href: `/services/${name}/environments`, label: "Environments" }}
        title="Add an environment"
        note="A stack of its own with its own settings, secrets, database and name, beginning with what runs in production."
      />
      {mayAdd ? (
        <AddEnvironment key={id} serviceName={name} hasStaging={environments.some((one) => one.name === STAGING)} />
      ) : (
        <Callout title="Only the service’s owner and administrators add environments">Ask one of them.</Callout>
      )}
    </>
  );
}
