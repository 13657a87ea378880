import { ServiceHistory } from "#components/services/history.tsx";
import { loadService, type ServicePageProps } from "../load-service.ts";

export default async function HistoryPage({ params }: ServicePageProps) {
  return <ServiceHistory initialData={await loadService((await params).name)} />;
}
