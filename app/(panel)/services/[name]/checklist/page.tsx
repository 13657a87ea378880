import { requireActor } from "#app/actor.ts";
import { ServiceChecklist } from "#components/services/checklist.tsx";
import { ServiceTicks } from "#components/ticks/service-ticks.tsx";
import { getRun } from "#lib/runs/queries/get-run.ts";
import { findChecklistRun } from "#lib/ticks/queries/find-checklist-run.ts";
import { listTicks } from "#lib/ticks/queries/list-ticks.ts";
import { loadService, type ServicePageProps } from "../load-service.ts";

export default async function ChecklistPage({ params }: ServicePageProps) {
  const actor = await requireActor();
  const service = await loadService((await params).name);
  const [runId, ticks] = await Promise.all([findChecklistRun(actor, service.id), listTicks(actor, service.name)]);
  const run = runId === null ? null : await getRun(actor, runId);
  return (
    <div className="grid grid-cols-1 gap-4">
      {ticks.ticks.length > 0 ? <ServiceTicks serviceName={service.name} initialData={ticks} /> : null}
      <ServiceChecklist run={run} past={ticks.ticks.length > 0} />
    </div>
  );
}
