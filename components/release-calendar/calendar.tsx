"use client";

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { ChevronLeft, ChevronRight } from "lucide-react";
import { parseAsString, parseAsStringLiteral, useQueryState } from "nuqs";
import { api } from "../api-client.ts";
import { FilterSelect } from "../domains/filter-select.tsx";
import { FilterTabs, useFilter } from "../lists/filter-tabs.tsx";
import { Button } from "../ui/button.tsx";
import { Card } from "../ui/card.tsx";
import { cn } from "../ui/cn.ts";
import { ErrorPanel } from "../ui/error-panel.tsx";
import { SkeletonRows } from "../ui/skeleton.tsx";
import { useHydrated, useNow } from "../ui/use-now.ts";
import { Agenda } from "./agenda.tsx";
import { type DayEntries, keyOf, listDays, moveBy, placeOnDays, readDay, type View } from "./calendar-days.ts";
import { ClosedNow } from "./closed-now.tsx";
import { MonthGrid } from "./month-grid.tsx";
import { useServiceNames } from "./where-fields.tsx";

const VIEWS = ["month", "week"] as const;
const REFETCH_MS = 20_000;

/** What ran, what is planned, and when nothing may start: by the reader's own days, which only the browser knows. */
export function ReleaseCalendar() {
  return useHydrated() ? (
    <Shown />
  ) : (
    <Card>
      <SkeletonRows rows={12} label="Loading the calendar" />
    </Card>
  );
}

function Shown() {
  const now = useNow(60_000);
  const [view] = useQueryState("view", parseAsStringLiteral(VIEWS).withDefault("month"));
  const [on, setOn] = useQueryState("on", parseAsString.withDefault(""));
  const [service] = useFilter("service");
  const [environment] = useFilter("environment");
  const anchor = readDay(on, new Date(now));
  const days = listDays(view, anchor);
  const from = days[0]?.from.toISOString() ?? "";
  const until = days.at(-1)?.until.toISOString() ?? "";
  const { data, error, isPlaceholderData } = useQuery({
    queryKey: ["deployments", "calendar", from, until],
    queryFn: ({ signal }) => api("GET /deployments/calendar", { query: { from, until }, signal }),
    refetchInterval: REFETCH_MS,
    placeholderData: keepPreviousData,
  });
  const filter = { service, environment };
  const entries = data ? placeOnDays(days, data, filter) : [];
  const today = keyOf(new Date(now));
  const turn = (steps: number) => void setOn(keyOf(moveBy(view, anchor, steps)));
  return (
    <div className="grid grid-cols-1 gap-3">
      <ClosedNow service={service} environment={environment} />
      <Controls view={view} anchor={anchor} onTurn={turn} onToday={() => void setOn(null)} />
      {error ? <ErrorPanel message={error.message} /> : null}
      {data ? (
        <div className={cn("transition-opacity", isPlaceholderData && "opacity-60")}>
          <Days view={view} entries={entries} today={today} />
        </div>
      ) : error ? null : (
        <Card>
          <SkeletonRows rows={12} label="Loading the calendar" />
        </Card>
      )}
    </div>
  );
}

/** A month is a grid where there is room for one; everything else is a list by day. */
function Days({ view, entries, today }: { view: View; entries: DayEntries[]; today: string }) {
  // Of days that are over only what ran matters.
  const isWorthALine = ({ day, deployments }: DayEntries) =>
    day.isInside && (day.key >= today || deployments.length > 0);
  if (view === "week") return <Agenda entries={entries} today={today} withEmpty />;
  return (
    <>
      <div className="hidden lg:block">
        <MonthGrid entries={entries} today={today} />
      </div>
      <div className="lg:hidden">
        <Agenda entries={entries.filter(isWorthALine)} today={today} />
      </div>
    </>
  );
}

interface ControlsProps {
  view: View;
  anchor: Date;
  onTurn: (steps: number) => void;
  onToday: () => void;
}

function nameSpan(view: View, anchor: Date): string {
  if (view === "month") return new Intl.DateTimeFormat("en-GB", { month: "long", year: "numeric" }).format(anchor);
  const days = listDays("week", anchor);
  const [first, last] = [days[0]?.from ?? anchor, days.at(-1)?.from ?? anchor];
  return new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", year: "numeric" }).formatRange(first, last);
}

function Controls({ view, anchor, onTurn, onToday }: ControlsProps) {
  const names = useServiceNames();
  return (
    <div className="flex flex-wrap items-center gap-x-3 gap-y-2">
      <div className="flex items-center gap-1">
        <Button size="icon" variant="ghost" aria-label={`The ${view} before`} onClick={() => onTurn(-1)}>
          <ChevronLeft aria-hidden />
        </Button>
        <Button size="sm" onClick={onToday}>
          Today
        </Button>
        <Button size="icon" variant="ghost" aria-label={`The ${view} after`} onClick={() => onTurn(1)}>
          <ChevronRight aria-hidden />
        </Button>
      </div>
      <h2 aria-live="polite" className="font-semibold text-lg tabular-nums">
        {nameSpan(view, anchor)}
      </h2>
      <div className="flex flex-wrap items-center gap-2 lg:ml-auto">
        <FilterTabs
          param="view"
          label="How much"
          options={[
            { value: "", label: "Month" },
            { value: "week", label: "Week" },
          ]}
        />
        <FilterSelect param="service" label="Service" all="Every service" options={names} />
        <FilterSelect
          param="environment"
          label="Environment"
          all="Every environment"
          options={["production", "staging"]}
        />
      </div>
    </div>
  );
}
