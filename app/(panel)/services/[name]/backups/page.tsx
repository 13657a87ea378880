import { requireActor } from "#app/actor.ts";
import { ServiceBackups } from "#components/services/backups.tsx";
import { may } from "#lib/access/policy.ts";
import { loadService, type ServicePageProps } from "../load-service.ts";

export default async function BackupsPage({ params }: ServicePageProps) {
  const actor = await requireActor();
  const service = await loadService((await params).name);
  return <ServiceBackups initialData={service} mayBackUp={may(actor, "backups.take").ok} />;
}
