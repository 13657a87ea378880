import { ServiceDomains } from "#components/services/domains.tsx";
import { loadService, type ServicePageProps } from "../load-service.ts";

export default async function DomainsPage({ params }: ServicePageProps) {
  return <ServiceDomains initialData={await loadService((await params).name)} />;
}
