import { ServiceBackups } from "#components/services/backups.tsx";
import { loadService, type ServicePageProps } from "../load-service.ts";

export default async function BackupsPage({ params }: ServicePageProps) {
  return <ServiceBackups initialData={await loadService((await params).name)} />;
}
