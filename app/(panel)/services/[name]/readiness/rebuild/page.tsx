import { requireActor } from "#app/actor.ts";
import { RebuildPage } from "#components/readiness/rebuild.tsx";
import { getRebuild } from "#lib/readiness/queries/get-rebuild.ts";
import { loadService, type ServicePageProps } from "../../load-service.ts";

export default async function Page({ params }: ServicePageProps) {
  const actor = await requireActor();
  const { name } = await loadService((await params).name);
  const { markdown } = await getRebuild(actor, name);
  return <RebuildPage serviceName={name} markdown={markdown} />;
}
