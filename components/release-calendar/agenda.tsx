"use client";

import { CalendarDays } from "lucide-react";
import { Card } from "../ui/card.tsx";
import { cn } from "../ui/cn.ts";
import { EmptyState } from "../ui/empty-state.tsx";
import type { DayEntries } from "./calendar-days.ts";
import { DeploymentLine, PeriodLine } from "./entry-lines.tsx";

const sayDay = (at: Date) =>
  new Intl.DateTimeFormat("en-GB", { weekday: "long", day: "numeric", month: "long" }).format(at);

interface AgendaProps {
  entries: readonly DayEntries[];
  today: string;
  /** Days with nothing stand there too. */
  withEmpty?: boolean;
}

/** Day by day, what happens on each. */
export function Agenda({ entries, today, withEmpty = false }: AgendaProps) {
  const shown = withEmpty ? entries : entries.filter((one) => one.deployments.length + one.periods.length > 0);
  if (shown.length === 0)
    return (
      <Card>
        <EmptyState icon={CalendarDays} title="Nothing here">
          No deployment and no freeze in this month. What is deployed or planned stands here.
        </EmptyState>
      </Card>
    );
  return (
    <Card className="divide-y divide-line overflow-hidden">
      {shown.map(({ day, deployments, periods }) => (
        <section key={day.key} aria-label={sayDay(day.from)}>
          <h3
            className={cn(
              "flex items-baseline gap-2 bg-canvas px-4 py-1.5 font-medium text-sm",
              day.key === today && "text-accent",
            )}
          >
            {sayDay(day.from)}
            {day.key === today ? <span className="text-xs">today</span> : null}
          </h3>
          {deployments.length + periods.length > 0 ? (
            <ul className="divide-y divide-line">
              {periods.map((period) => (
                <PeriodLine key={`${period.ruleId} ${period.from}`} period={period} day={day} />
              ))}
              {deployments.map((deployment) => (
                <DeploymentLine key={deployment.id} deployment={deployment} />
              ))}
            </ul>
          ) : (
            <p className="px-4 py-1.5 text-muted text-sm">nothing</p>
          )}
        </section>
      ))}
    </Card>
  );
}
