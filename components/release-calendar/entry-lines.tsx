"use client";

import { Snowflake, SunMedium } from "lucide-react";
import Link from "next/link";
import { nameDeployment, stateOfDeployment } from "../releases/release-words.ts";
import { cn } from "../ui/cn.ts";
import { StateBadge, StateIcon } from "../ui/state-badge.tsx";
import { type CalendarDeployment, type CalendarPeriod, type Day, momentOf, sayPart } from "./calendar-days.ts";
import { sayWhere } from "./rule-words.ts";

const sayClock = (at: string) =>
  new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" }).format(new Date(at));

/** One deployment: when, what of whom to where, and how it went. */
export function DeploymentLine({ deployment, isSmall = false }: { deployment: CalendarDeployment; isSmall?: boolean }) {
  const { state, word } = stateOfDeployment(deployment.state);
  const name = nameDeployment(deployment);
  const at = sayClock(momentOf(deployment));
  if (isSmall)
    return (
      <li className="min-w-0">
        <Link
          href={`/deployments/${deployment.id}`}
          title={`${at} ${deployment.serviceName}: ${name}, ${word}`}
          className="flex min-w-0 items-center gap-1 rounded-sm px-1 py-px text-xs hover:bg-hover"
        >
          <StateIcon state={state} word={word} className="size-3.5" />
          <span className="shrink-0 text-muted tabular-nums">{at}</span>
          <span className="min-w-0 truncate">
            <span className="font-medium">{deployment.serviceName}</span> {deployment.release.number}
            {deployment.environment === "production" ? "" : ` ${deployment.environment}`}
          </span>
        </Link>
      </li>
    );
  return (
    <li className="relative grid grid-cols-[3rem_minmax(0,1fr)] items-baseline gap-x-3 px-4 py-2 hover:bg-hover sm:grid-cols-[3rem_minmax(0,1fr)_auto]">
      <span className="text-muted text-sm tabular-nums">{at}</span>
      <span className="min-w-0">
        <Link
          href={`/deployments/${deployment.id}`}
          className="block truncate font-medium after:absolute after:inset-0 focus-visible:outline-none focus-visible:after:outline-2 focus-visible:after:outline-accent focus-visible:after:-outline-offset-2"
        >
          {deployment.serviceName}
        </Link>
        <span className="block text-muted text-sm">
          {name}
          {deployment.requestedBy ? `, ${deployment.requestedBy.name}` : ""}
        </span>
      </span>
      <StateBadge plain state={state} word={word} className="max-sm:col-start-2" />
    </li>
  );
}

interface PeriodLineProps {
  period: CalendarPeriod;
  day: Day;
  isSmall?: boolean;
}

/** The part of a day that a freeze or a window takes. */
export function PeriodLine({ period, day, isSmall = false }: PeriodLineProps) {
  const isFreeze = period.effect === "deny";
  const Icon = isFreeze ? Snowflake : SunMedium;
  const part = sayPart(period, day);
  const kind = isFreeze ? "Freeze" : "Window";
  return (
    <li
      title={`${kind} ${part}: ${period.reason}, ${sayWhere(period)}`}
      className={cn(
        "min-w-0",
        isFreeze ? "bg-person-soft text-person" : "text-muted",
        isSmall
          ? "flex items-center gap-1 rounded-sm px-1 py-px text-xs"
          : "grid grid-cols-[1rem_minmax(0,1fr)] items-start gap-x-2 px-4 py-1.5 text-sm",
      )}
    >
      <Icon aria-hidden className={isSmall ? "size-3 shrink-0" : "mt-0.5 size-4 shrink-0"} />
      {isSmall ? (
        <span className="truncate">
          <span className="sr-only">{kind} </span>
          {part === "all day" ? "" : `${part} `}
          {period.reason}
        </span>
      ) : (
        <span className="min-w-0 break-words">
          <span className="font-medium">
            {kind}, {part}
          </span>
          : {period.reason} ({sayWhere(period)})
        </span>
      )}
    </li>
  );
}
