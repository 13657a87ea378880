"use client";

import Link from "next/link";
import { cn } from "../ui/cn.ts";
import { chooseSome, type DayEntries } from "./calendar-days.ts";
import { DeploymentLine, PeriodLine } from "./entry-lines.tsx";

const MOST = 4;
const WEEKDAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
const sayDay = (at: Date) =>
  new Intl.DateTimeFormat("en-GB", { weekday: "long", day: "numeric", month: "long" }).format(at);

/** A month as weeks below each other. */
export function MonthGrid({ entries, today }: { entries: readonly DayEntries[]; today: string }) {
  return (
    <div className="overflow-hidden rounded-lg border border-line bg-surface">
      <div aria-hidden className="grid grid-cols-7 border-line border-b text-muted text-xs">
        {WEEKDAYS.map((day) => (
          <span key={day} className="px-2 py-1.5 font-medium">
            {day}
          </span>
        ))}
      </div>
      <ol aria-label="Days of the month" className="grid grid-cols-7 gap-px bg-line">
        {entries.map((one) => (
          <DayCell key={one.day.key} entries={one} isToday={one.day.key === today} />
        ))}
      </ol>
    </div>
  );
}

function DayCell({ entries: { day, deployments, periods }, isToday }: { entries: DayEntries; isToday: boolean }) {
  const shown = deployments.length > MOST ? chooseSome(deployments, MOST - 1) : deployments;
  return (
    <li
      aria-label={sayDay(day.from)}
      aria-current={isToday ? "date" : undefined}
      className={cn("flex min-h-28 min-w-0 flex-col gap-1 p-1.5", day.isInside ? "bg-surface" : "bg-canvas")}
    >
      <span
        aria-hidden
        className={cn(
          "grid size-5 place-items-center rounded-full text-xs tabular-nums",
          day.isInside ? "text-ink" : "text-muted",
          isToday && "bg-accent font-semibold text-on-accent",
        )}
      >
        {day.from.getDate()}
      </span>
      <ul className="grid min-w-0 gap-0.5">
        {periods.slice(0, 2).map((period) => (
          <PeriodLine key={`${period.ruleId} ${period.from}`} period={period} day={day} isSmall />
        ))}
        {periods.length > 2 ? (
          <li className="px-1 text-muted text-xs">
            {periods.length - 2} more {periods.length === 3 ? "rule" : "rules"}
          </li>
        ) : null}
        {shown.map((deployment) => (
          <DeploymentLine key={deployment.id} deployment={deployment} isSmall />
        ))}
        {deployments.length > shown.length ? (
          <li>
            <Link
              href={`/releases?view=week&on=${day.key}`}
              className="block rounded-sm px-1 text-accent text-xs hover:underline"
            >
              {deployments.length - shown.length} more
            </Link>
          </li>
        ) : null}
      </ul>
    </li>
  );
}
