import { requireActor } from "#app/actor.ts";
import { SecretsCard } from "#components/secrets/secrets-card.tsx";
import { listServiceSecrets } from "#lib/secret-stores/queries/list-service-secrets.ts";
import { loadService, type ServicePageProps } from "../load-service.ts";

export default async function SecretsPage({ params }: ServicePageProps) {
  const actor = await requireActor();
  const { id, name } = await loadService((await params).name);
  return <SecretsCard key={id} serviceName={name} initialData={await listServiceSecrets(actor, name)} />;
}
