"use client";

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { ChartColumn } from "lucide-react";
import dynamic from "next/dynamic";
import { plural } from "#lib/platform/format.ts";
import { DELIVERY_DAYS, type DeliveryView } from "#lib/releases/schema/delivery.ts";
import { api } from "../api-client.ts";
import { FilterTabs, useFilter } from "../lists/filter-tabs.tsx";
import { Card, CardBody, CardHeader } from "../ui/card.tsx";
import { cn } from "../ui/cn.ts";
import { EmptyState } from "../ui/empty-state.tsx";
import { ErrorPanel } from "../ui/error-panel.tsx";
import { sayRate, sayTime } from "./delivery-words.ts";
import type { Measure } from "./weeks-chart.tsx";
import { WeeksTable } from "./weeks-table.tsx";

// The chart's code is fetched after the page stands.
const Chart = dynamic(() => import("./weeks-chart.tsx").then((module) => module.WeeksChart), { ssr: false });

const DEFAULT_DAYS = 90;

interface DeliveryProps {
  serviceName: string;
  environments: readonly string[];
  initialData: DeliveryView;
}

/** How releases get to an environment: how fast, how often badly, and how long until it was put right. */
export function Delivery({ serviceName, environments, initialData }: DeliveryProps) {
  const [chosen] = useFilter("environment");
  const [span] = useFilter("days");
  const environment = environments.includes(chosen) ? chosen : (environments[0] ?? "production");
  const days = DELIVERY_DAYS.find((one) => String(one) === span) ?? DEFAULT_DAYS;
  const isInitial = initialData.environment === environment && initialData.days === days;
  const { data, error, isPlaceholderData } = useQuery({
    queryKey: ["deployments", "delivery", serviceName, environment, days],
    queryFn: ({ signal }) =>
      api("GET /services/{serviceName}/delivery", { params: { serviceName }, query: { environment, days }, signal }),
    refetchInterval: 60_000,
    placeholderData: keepPreviousData,
    ...(isInitial ? { initialData } : {}),
  });
  return (
    <div className="grid grid-cols-1 gap-4">
      <div className="flex flex-wrap gap-2">
        {environments.length > 1 ? (
          <FilterTabs
            param="environment"
            label="Environment"
            options={environments.map((name, index) => ({ value: index === 0 ? "" : name, label: name }))}
          />
        ) : null}
        <FilterTabs
          param="days"
          label="How far back"
          options={DELIVERY_DAYS.map((one) => ({
            value: one === DEFAULT_DAYS ? "" : String(one),
            label: `${one} days`,
          }))}
        />
      </div>
      {error ? <ErrorPanel message={error.message} /> : null}
      {data ? (
        <div className={cn("grid grid-cols-1 gap-4 transition-opacity", isPlaceholderData && "opacity-60")}>
          <Measures delivery={data} />
        </div>
      ) : null}
    </div>
  );
}

function Measures({ delivery }: { delivery: DeliveryView }) {
  const { total, failed, failureRate, leadTimeS, timeToRestoreS, perWeek, environment, days, weeks } = delivery;
  if (total === 0)
    return (
      <Card>
        <EmptyState icon={ChartColumn} title="Nothing to measure yet">
          No release was deployed to {environment} in the last {days} days. The one that came with the service is not
          counted.
        </EmptyState>
      </Card>
    );
  return (
    <>
      <dl className="grid grid-cols-2 gap-px overflow-hidden rounded-lg border border-line bg-line lg:grid-cols-4">
        <Figure name="Deployments" value={String(total)} note={`${perWeek} a week`} />
        <Figure
          name="Lead time"
          value={sayTime(leadTimeS?.median)}
          note={leadTimeS ? `nine of ten within ${sayTime(leadTimeS.p90)}` : "nothing arrived well"}
        />
        <Figure
          name="Failure rate"
          value={sayRate(failureRate)}
          note={failed === 0 ? "none failed" : `${plural(failed, "deployment")} failed or taken back`}
        />
        <Figure
          name="Time to restore"
          value={sayTime(timeToRestoreS?.median)}
          note={
            timeToRestoreS
              ? `nine of ten within ${sayTime(timeToRestoreS.p90)}`
              : failed === 0
                ? "nothing to restore"
                : "not put right yet"
          }
        />
      </dl>
      <div className="grid grid-cols-1 gap-4 lg:grid-cols-2">
        <Chartbox
          title="Deployments and failures"
          note="A week a bar; the red part failed, was rolled back by itself, or was taken back by a person."
          weeks={weeks}
          measure="deployments"
          className="lg:col-span-2"
        />
        <Chartbox
          title="Lead time"
          note="From a release being made to its being done there; the median of each week."
          weeks={weeks}
          measure="leadTimeS"
        />
        <Chartbox
          title="Time to restore"
          note="From a failure to what served again; the median of each week."
          weeks={weeks}
          measure="restoreS"
        />
      </div>
      <WeeksTable weeks={weeks} />
    </>
  );
}

function Figure({ name, value, note }: { name: string; value: string; note: string }) {
  return (
    <div className="flex flex-col bg-surface px-4 py-3">
      <dt className="text-muted text-sm">{name}</dt>
      <dd className="font-semibold text-xl tabular-nums">{value}</dd>
      <dd className="text-muted text-sm">{note}</dd>
    </div>
  );
}

interface ChartboxProps {
  title: string;
  note: string;
  weeks: DeliveryView["weeks"];
  measure: Measure;
  className?: string;
}

function Chartbox({ title, note, weeks, measure, className }: ChartboxProps) {
  const isEmpty = measure !== "deployments" && weeks.every((week) => week[measure] === null);
  return (
    <Card className={cn("min-w-0", className)}>
      <CardHeader title={title} note={note} />
      <CardBody>
        {isEmpty ? (
          <p className="grid h-48 place-items-center text-muted">None in this time.</p>
        ) : (
          <div aria-hidden className="h-48">
            <Chart weeks={weeks} measure={measure} />
          </div>
        )}
      </CardBody>
    </Card>
  );
}
