import { requireActor } from "#app/actor.ts";
import { MovePage } from "#components/moves/move-page.tsx";
import { SubHeader } from "#components/releases/sub-header.tsx";
import { listMoves } from "#lib/moves/queries/list-moves.ts";
import { loadService, type ServicePageProps } from "../load-service.ts";

export default async function ServiceMovePage({ params }: ServicePageProps) {
  const actor = await requireActor();
  const { id, name } = await loadService((await params).name);
  const moves = await listMoves(actor, name);
  return (
    <>
      <SubHeader
        back={{ href: `/services/${name}`, label: "Overview" }}
        title="Move to another host"
        note="Prepared and tried beside what runs; then stopped, copied, compared and started on the new host within one measured downtime."
      />
      <MovePage key={id} serviceName={name} initialData={moves} />
    </>
  );
}
