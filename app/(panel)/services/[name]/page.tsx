import { Overview } from "#components/services/overview.tsx";
import { loadService, type ServicePageProps } from "./load-service.ts";

export default async function OverviewPage({ params }: ServicePageProps) {
  return <Overview initialData={await loadService((await params).name)} />;
}
