"use client";

import { ChevronRight, SearchX } from "lucide-react";
import { useDeferredValue } from "react";
import type { SwarmServiceView } from "#lib/swarm/types.ts";
import { FilterTabs, useFilter } from "../lists/filter-tabs.tsx";
import { SearchField, useSearch } from "../lists/search-field.tsx";
import { Toolbar } from "../lists/toolbar.tsx";
import { Replicas } from "../services/replicas.tsx";
import { Card } from "../ui/card.tsx";
import { EmptyState } from "../ui/empty-state.tsx";
import { RelativeTime } from "../ui/relative-time.tsx";
import { TaskRows } from "./task-rows.tsx";

const FILTERS = [
  { value: "", label: "All" },
  { value: "short", label: "Short of replicas" },
] as const;

/** Docker's words for an update that is not simply over. */
const UPDATES: Record<string, string> = {
  updating: "being updated",
  paused: "update paused",
  rollback_started: "rolling back",
  rollback_paused: "rollback paused",
  rollback_completed: "rolled back",
};

/** The swarm's own services; those short of replicas come first and stand open. */
export function SwarmServiceList({ services }: { services: SwarmServiceView[] }) {
  const [search] = useSearch();
  const text = useDeferredValue(search).trim().toLowerCase();
  const [only] = useFilter("show");
  const isShort = (one: SwarmServiceView) => one.running < one.desired;
  const shown = services
    .filter((one) => only === "" || isShort(one))
    .filter((one) =>
      [one.name, one.image, ...one.tasks.map((task) => task.node ?? "")].some((each) =>
        each.toLowerCase().includes(text),
      ),
    )
    .sort((a, b) => Number(isShort(b)) - Number(isShort(a)) || a.name.localeCompare(b.name));
  return (
    <section aria-label="Services in the swarm">
      <Toolbar shown={shown.length} total={services.length} noun={["service", "services"]}>
        <SearchField label="Find by name, image or node" />
        <FilterTabs param="show" label="Show" options={FILTERS} />
      </Toolbar>
      <Card className="overflow-hidden">
        {shown.length === 0 ? <EmptyState icon={SearchX} title="No service of the swarm matches" /> : null}
        {shown.map((one) => (
          <SwarmService key={one.id} service={one} open={isShort(one)} />
        ))}
      </Card>
    </section>
  );
}

function SwarmService({ service, open }: { service: SwarmServiceView; open: boolean }) {
  const update = service.updateState ? UPDATES[service.updateState] : undefined;
  return (
    <details open={open} className="group border-line border-b last:border-b-0">
      <summary className="flex list-none flex-wrap items-center gap-x-4 gap-y-1 px-4 py-2.5 hover:bg-hover [&::-webkit-details-marker]:hidden">
        <span className="flex min-w-0 items-center gap-2">
          <ChevronRight aria-hidden className="size-4 shrink-0 text-muted transition-transform group-open:rotate-90" />
          <span className="min-w-0 truncate font-medium" title={service.name}>
            {service.name}
          </span>
          <Replicas running={service.running} desired={service.desired} />
        </span>
        <code className="min-w-0 max-w-full truncate text-muted text-sm" title={service.image}>
          {service.image}
        </code>
        <span className="ml-auto text-muted text-xs">
          {update ? `${update} · ` : null}
          changed <RelativeTime at={service.updatedAt} />
        </span>
      </summary>
      <div className="border-line border-t bg-canvas">
        <TaskRows
          label={`Tasks of ${service.name}`}
          tasks={service.tasks}
          usualImage={service.digest ? `${service.image}@${service.digest}` : service.image}
        />
      </div>
    </details>
  );
}
