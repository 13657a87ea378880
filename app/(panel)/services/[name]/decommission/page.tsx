import { requireActor } from "#app/actor.ts";
import { Decommission } from "#components/decommission/decommission.tsx";
import { SubHeader } from "#components/releases/sub-header.tsx";
import { getDecommission } from "#lib/decommission/queries/get-decommission.ts";
import { loadService, type ServicePageProps } from "../load-service.ts";

export default async function DecommissionPage({ params }: ServicePageProps) {
  const actor = await requireActor();
  const { name, state } = await loadService((await params).name);
  const isGone = state === "retired";
  return (
    <>
      <SubHeader
        back={{ href: `/services/${name}`, label: "Overview" }}
        title={isGone ? "What is left of it" : "Decommission"}
        note={
          isGone
            ? "Everything else that was made for it was taken away and proven gone."
            : "Everything that was made for it is taken away by the step that made it, after one more backup, and proven gone."
        }
      />
      <Decommission initialData={await getDecommission(actor, name)} />
    </>
  );
}
