import { requireActor } from "#app/actor.ts";
import { ServiceChecklist } from "#components/services/checklist.tsx";
import { getRun } from "#lib/runs/queries/get-run.ts";
import { loadService, type ServicePageProps } from "../load-service.ts";

export default async function ChecklistPage({ params }: ServicePageProps) {
  const actor = await requireActor();
  const { runs } = await loadService((await params).name);
  const provisioning = runs.findLast((run) => run.mode === "apply");
  return <ServiceChecklist run={provisioning ? await getRun(actor, provisioning.id) : null} />;
}
