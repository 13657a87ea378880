import { requireActor } from "#app/actor.ts";
import { Dependencies } from "#components/impact/dependencies.tsx";
import { getImpact } from "#lib/impact/queries/get-impact.ts";
import type { ServicePageProps } from "../load-service.ts";

export default async function DependenciesPage({ params }: ServicePageProps) {
  const name = decodeURIComponent((await params).name);
  return <Dependencies initialData={await getImpact(await requireActor(), name)} />;
}
