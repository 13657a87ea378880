"use client";

import type { ServiceView } from "#lib/services/types.ts";
import { useNow } from "../ui/use-now.ts";
import { AboutCard } from "./about-card.tsx";
import { EnvironmentCard } from "./environment-card.tsx";
import { LatestRunCard } from "./latest-run-card.tsx";
import { LedgerCard } from "./ledger-card.tsx";
import { listProblems } from "./list-problems.ts";
import { Problems } from "./problems.tsx";
import { useService } from "./use-service.ts";

/** Open problems, what runs where, what it is, what it has outside: in that order. */
export function Overview({ initialData }: { initialData: ServiceView }) {
  const service = useService(initialData);
  const now = useNow();
  return (
    <div className="grid grid-cols-1 gap-4 lg:grid-cols-[minmax(0,2fr)_minmax(0,1fr)] lg:items-start">
      <div className="grid min-w-0 grid-cols-1 gap-4">
        <Problems problems={listProblems(service, now)} />
        <div id="tasks" className="grid min-w-0 grid-cols-1 gap-4">
          {service.environments.map((environment) => (
            <EnvironmentCard key={environment.name} environment={environment} />
          ))}
        </div>
        <LedgerCard resources={service.resources} />
      </div>
      <div className="grid min-w-0 grid-cols-1 gap-4">
        <LatestRunCard runs={service.runs} />
        <AboutCard service={service} />
      </div>
    </div>
  );
}
