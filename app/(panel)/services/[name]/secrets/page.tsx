import { ServiceSecrets } from "#components/services/secrets.tsx";
import { loadService, type ServicePageProps } from "../load-service.ts";

export default async function SecretsPage({ params }: ServicePageProps) {
  const { secrets } = await loadService((await params).name);
  return <ServiceSecrets secrets={secrets} />;
}
