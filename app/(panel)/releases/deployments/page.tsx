import type { Metadata } from "next";
import { createLoader, parseAsString, parseAsStringLiteral, type SearchParams } from "nuqs/server";
import { requireActor } from "#app/actor.ts";
import { Deployments } from "#components/release-calendar/deployments.tsx";
import { AppError } from "#lib/platform/errors.ts";
import { DEPLOYMENT_STATES } from "#lib/releases/constants.ts";
import { listDeployments } from "#lib/releases/queries/list-deployments.ts";

export const metadata: Metadata = { title: "Deployments" };

const loadFilters = createLoader({
  service: parseAsString.withDefault(""),
  environment: parseAsString.withDefault(""),
  state: parseAsStringLiteral(DEPLOYMENT_STATES),
});

export default async function DeploymentsPage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const actor = await requireActor();
  const { service, environment, state } = await loadFilters(searchParams);
  const asked = { serviceName: service || undefined, environment: environment || undefined, state: state ?? undefined };
  const list = await listDeployments(actor, asked).catch((error: unknown) => {
    // A service of an old address is nothing to stop the page for.
    if (error instanceof AppError && error.status === 404) return { items: [], next: null };
    throw error;
  });
  return <Deployments initialData={list} initialFilters={{ service, environment, state: state ?? "" }} />;
}
