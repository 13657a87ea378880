"use client";

import type { EnvironmentList } from "#lib/releases/types.ts";
import type { ServiceView } from "#lib/services/types.ts";
import type { WatchingView } from "#lib/watching/types.ts";
import { useEnvironments } from "../releases/use-releases.ts";
import { useNow } from "../ui/use-now.ts";
import { WatchingCard } from "../watching/watching-card.tsx";
import { AboutCard } from "./about-card.tsx";
import { EnvironmentCard } from "./environment-card.tsx";
import { LatestRunCard } from "./latest-run-card.tsx";
import { LedgerCard } from "./ledger-card.tsx";
import { listProblems } from "./list-problems.ts";
import { Problems } from "./problems.tsx";
import { RepositoryCard } from "./repository-card.tsx";
import { useService } from "./use-service.ts";

interface OverviewProps {
  initialData: ServiceView;
  environments: EnvironmentList;
  watching: WatchingView;
}

/** Open problems, what runs where, what it is, what it has outside: in that order. */
export function Overview({ initialData, environments, watching }: OverviewProps) {
  const service = useService(initialData);
  const deployed = useEnvironments(initialData.name, environments, service.state !== "retired").environments;
  const now = useNow();
  const placement = service.answers?.placement;
  return (
    <div className="grid grid-cols-1 gap-4 lg:grid-cols-[minmax(0,2fr)_minmax(0,1fr)] lg:items-start">
      <div className="grid min-w-0 grid-cols-1 gap-4">
        <Problems problems={listProblems(service, now)} />
        <div id="tasks" className="grid min-w-0 grid-cols-1 gap-4">
          {service.environments.map((environment) => (
            <EnvironmentCard
              key={environment.name}
              environment={environment}
              serviceName={service.name}
              nixosHost={placement?.method === "nixos" ? placement.nixosHost : null}
              deployed={deployed.find(({ name }) => name === environment.name)}
            />
          ))}
        </div>
        <LedgerCard resources={service.resources} />
      </div>
      <div className="grid min-w-0 grid-cols-1 gap-4">
        <LatestRunCard runs={service.runs} />
        <WatchingCard serviceName={service.name} initialData={watching} />
        <RepositoryCard serviceName={service.name} />
        <AboutCard service={service} />
      </div>
    </div>
  );
}
