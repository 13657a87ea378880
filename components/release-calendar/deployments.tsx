"use client";

import { Rocket, SearchX } from "lucide-react";
import type { DeploymentState } from "#lib/releases/constants.ts";
import type { DeploymentList } from "#lib/releases/types.ts";
import { api } from "../api-client.ts";
import { FilterSelect } from "../domains/filter-select.tsx";
import { useFilter } from "../lists/filter-tabs.tsx";
import { PagedCard } from "../lists/paged-card.tsx";
import { Toolbar } from "../lists/toolbar.tsx";
import { usePages } from "../lists/use-pages.ts";
import { isMoving, stateOfDeployment } from "../releases/release-words.ts";
import { EmptyState } from "../ui/empty-state.tsx";
import { Select } from "../ui/select.tsx";
import { DeploymentsTable } from "./deployments-table.tsx";
import { useServiceNames } from "./where-fields.tsx";

interface DeploymentFilters {
  service: string;
  environment: string;
  state: string;
}

interface DeploymentsProps {
  initialData: DeploymentList;
  initialFilters: DeploymentFilters;
}

/** In the order in which people look for them. */
const STATES: readonly DeploymentState[] = [
  ...(["proposed", "approved", "scheduled", "running", "soaking", "done", "failed", "rolled_back"] as const),
  ...(["rejected", "expired", "superseded", "void", "cancelled"] as const),
];

/** Deployments of every service, the newest first. */
export function Deployments({ initialData, initialFilters }: DeploymentsProps) {
  const names = useServiceNames();
  const [service] = useFilter("service");
  const [environment] = useFilter("environment");
  const [state, setState] = useFilter("state");
  const filters: DeploymentFilters = { service, environment, state };
  const isInitial = JSON.stringify(filters) === JSON.stringify(initialFilters);
  const list = usePages<DeploymentList>({
    queryKey: ["deployments", "list", filters],
    load: (cursor, signal) => {
      const query = {
        environment: environment || undefined,
        state: STATES.find((one) => one === state),
        after: cursor === null ? undefined : String(cursor),
      };
      return service
        ? api("GET /services/{serviceName}/deployments", { params: { serviceName: service }, query, signal })
        : api("GET /deployments", { query, signal });
    },
    initialData: isInitial ? initialData : undefined,
    refetchMs: (pages) => (pages.some((page) => page.items.some(isMoving)) ? 3_000 : 15_000),
  });
  const rows = list.data?.pages.flatMap((page) => page.items) ?? [];
  const isFiltered = service !== "" || environment !== "" || state !== "";
  return (
    <>
      <Toolbar shown={rows.length} total={rows.length} noun={["deployment", "deployments"]} isMore={list.hasNextPage}>
        <FilterSelect param="service" label="Service" all="Every service" options={names} />
        <FilterSelect
          param="environment"
          label="Environment"
          all="Every environment"
          options={["production", "staging"]}
        />
        <Select aria-label="State" value={state} onChange={({ target }) => setState(target.value)} className="w-auto">
          <option value="">Every state</option>
          {STATES.map((one) => (
            <option key={one} value={one}>
              {stateOfDeployment(one).word}
            </option>
          ))}
        </Select>
      </Toolbar>
      <PagedCard list={list}>
        {rows.length > 0 ? (
          <DeploymentsTable rows={rows} />
        ) : isFiltered ? (
          <EmptyState icon={SearchX} title="Nothing matches">
            No deployment is like that.
          </EmptyState>
        ) : (
          <EmptyState icon={Rocket} title="Nothing was deployed yet">
            A release that goes to an environment is a deployment. Releases are made on a service’s page, by a webhook,
            or by your pipeline.
          </EmptyState>
        )}
      </PagedCard>
    </>
  );
}
